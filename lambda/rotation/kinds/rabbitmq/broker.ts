import { ROTATION_ENVIRONMENT } from '../../../../src/rotation/contract/environment';
import { ROTATION_TAGS } from '../../../../src/rotation/contract/tags';
import { otherOfTwo } from '../../../../src/rotation/contract/usernames';
import type { KindContext } from '../../engine/credential-kind';
import type { Environment } from '../../engine/environment';
import { RotationError } from '../../engine/errors';
import { tagIn } from '../json-value';

/** A broker of RabbitMQ: that of the environment, whatever the value of a secret says. */
export interface Broker {
  readonly host: string;
  readonly port: number;
  readonly managementPort: number;
  /** That clients open. @default - a login is tried without one */
  readonly virtualHost?: string;
}

export interface BrokerLogin {
  readonly username: string;
  readonly password: string;
}

/** What messages call the server. */
export const TITLE = 'broker';

export function brokerIn({ environment }: KindContext): Broker {
  const names = ROTATION_ENVIRONMENT;
  const host = environment[names.RABBITMQ_HOST];
  if (host === undefined || host === '') throw wrong(names.RABBITMQ_HOST, 'the host of the broker');
  return {
    host,
    port: portIn(environment, names.RABBITMQ_PORT),
    managementPort: portIn(environment, names.RABBITMQ_MANAGEMENT_PORT),
    virtualHost: environment[names.RABBITMQ_VIRTUAL_HOST] || undefined,
  };
}

function portIn(environment: Environment, name: string): number {
  const text = environment[name] ?? '';
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw wrong(name, 'a port of the broker');
}

function wrong(name: string, what: string): RotationError {
  return new RotationError('configuration', `\`${name}\` must be ${what}; correct the environment of the function`);
}

/** The user that the tags name, and the one that takes turns with it. */
export function usersIn({ tags }: KindContext): { readonly user: string; readonly clone: string } {
  const user = tagIn(tags, ROTATION_TAGS.USER);
  return { user, clone: otherOfTwo(user) };
}
