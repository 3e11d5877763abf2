import { logsIn } from './amqp-login';
import { BrokerLogin, brokerIn, usersIn } from './broker';
import { checkUser, setPassword } from './broker-users';
import { RABBITMQ_USER_KINDS } from '../../../../src/rotation/contract/rabbitmq-users';
import type { CredentialKind, KindContext } from '../../engine/credential-kind';
import { RotationError } from '../../engine/errors';
import { textsIn } from '../json-value';

/** The value of the secret. */
export interface RabbitMqValue extends BrokerLogin {
  readonly host?: string;
  readonly port?: number;
  readonly virtualHost?: string;
}

/** Nodes of a cluster hear of a change one after the other. */
const PROPAGATION_MS = 5_000;

/** The password of a user of RabbitMQ, who has one: two users take turns, so that the older value works until the next rotation. */
export class RabbitMqUserKind implements CredentialKind<RabbitMqValue> {
  public readonly name: string;
  public readonly slots: 1 | 2;
  public readonly createsOutside = false;
  public readonly propagationMs = PROPAGATION_MS;
  public readonly looksBeforeEffect = true;

  constructor(private readonly alternates: boolean) {
    this.name = alternates ? RABBITMQ_USER_KINDS.ALTERNATING : RABBITMQ_USER_KINDS.SINGLE;
    this.slots = alternates ? 2 : 1;
  }

  public parse(text: string, which: string): RabbitMqValue {
    return textsIn(text, which, ['username', 'password']);
  }

  public format({ username, password, host, port, virtualHost }: RabbitMqValue): string {
    return JSON.stringify({ username, password, host, port, virtualHost });
  }

  public slotOf({ username }: RabbitMqValue): string {
    return username;
  }

  /** The users are checked here, before anything is changed. The first rotation leaves the user alone, and makes its clone. */
  public async generate(current: RabbitMqValue | undefined, context: KindContext): Promise<RabbitMqValue> {
    if (current) requireUser(current, context);
    const { user, clone } = usersIn(context);
    const username = this.alternates && current?.username !== clone ? clone : user;
    await checkUser(username, context);
    const { host, port, virtualHost } = brokerIn(context);
    return { username, password: context.randomText(), host, port, virtualHost };
  }

  /** Whoever may only write the secret must not have the password set that clients use: AWSCURRENT is of the other user, and works. */
  public async apply(pending: RabbitMqValue, keep: readonly RabbitMqValue[], context: KindContext): Promise<void> {
    requireUser(pending, context);
    if (this.alternates) for (const value of keep) await this.requireOther(value, pending, context);
    context.budget.enter('setting the password of the user');
    await setPassword(pending, context);
  }

  /** At the broker of the environment: never at the host of the value. */
  public async verify(value: RabbitMqValue, context: KindContext): Promise<boolean> {
    requireUser(value, context);
    return logsIn(value, context);
  }

  private async requireOther(current: RabbitMqValue, pending: RabbitMqValue, context: KindContext): Promise<void> {
    if (current.username === pending.username) {
      throw new RotationError('configuration', 'AWSPENDING holds the user of AWSCURRENT, whose password must stay; remove the stage '
        + 'AWSPENDING, then rotate again');
    }
    if (await this.verify(current, context)) return;
    throw new RotationError('refused', 'the broker refuses AWSCURRENT; if its password was changed by hand, store that in AWSCURRENT, or '
      + 'set the one of AWSCURRENT again. The rotation then goes on by itself');
  }
}

function requireUser({ username }: RabbitMqValue, context: KindContext): void {
  if (Object.values(usersIn(context)).includes(username)) return;
  throw new RotationError('configuration', 'the secret holds another `username` than its tags name; correct the secret');
}
