import type { AmazonMqUserOptions, RabbitMqUserOptions, SelfManagedRabbitMqUserOptions } from './rabbitmq-user-options';
import { RABBITMQ_PORTS, RABBITMQ_USER_KINDS } from '../contract/rabbitmq-users';
import { ROTATION_TAGS } from '../contract/tags';
import { CredentialKind } from '../credential-kind';
import { BoundKind, placeholder } from '../private/bound-kind';
import {
  BoundBroker, brokerBehind, brokerEnvironment, hostOf, requireBroker, requireBrokerHost, requireBrokerUser, requireNames,
} from '../private/rabbitmq-fit';
import { administratorOf, passwordOf } from '../private/server-fit';

type Bind = (path: string, title: string) => BoundKind;

/**
 * The password of a user of RabbitMQ: of Amazon MQ, or of a broker of your own. Two users take turns, so that the older value works until
 * the next rotation. The broker gets a hash by its management API; a new password is tried by a login over TLS.
 *
 * The value is a JSON object with `username`, `password`, `host`, `port` and, where it is given, `virtualHost`. The first rotation makes
 * it.
 *
 * @see https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/rabbitmq-basic-elements-user.html
 *
 * @example
 * new RotatedSecret(this, 'Orders', {
 *   namespace: secrets,
 *   purpose: 'orders-broker',
 *   vpc,
 *   kind: RabbitMqUser.amazonMq({ broker, username: 'orders', administratorSecret, securityGroups: [brokerGroup] }),
 * });
 */
export class RabbitMqUser extends CredentialKind {
  /** A user of a broker of Amazon MQ. */
  public static amazonMq(options: AmazonMqUserOptions): RabbitMqUser {
    return new RabbitMqUser('users of Amazon MQ', (path, title) => {
      requireBroker(path, options);
      const { broker, securityGroups } = options;
      return boundTo(path, title, options, {
        host: hostOf(broker), port: RABBITMQ_PORTS.AMQPS, managementPort: RABBITMQ_PORTS.AMAZON_MQ_MANAGEMENT, securityGroups,
      });
    });
  }

  /** A user of a broker of your own. */
  public static selfManaged(options: SelfManagedRabbitMqUserOptions): RabbitMqUser {
    return new RabbitMqUser('users of RabbitMQ', (path, title) => {
      const { host, port = RABBITMQ_PORTS.AMQPS, managementPort = RABBITMQ_PORTS.MANAGEMENT, ...others } = options ?? {};
      const broker = { host, port, managementPort, tlsServerName: others.tlsServerName, securityGroups: others.securityGroups };
      requireBrokerHost(path, broker);
      return boundTo(path, title, options, broker);
    });
  }

  private constructor(title: string, private readonly bind: Bind) {
    super(title);
  }

  /** @internal */
  public _bind(path: string): BoundKind {
    return this.bind(path, this._title);
  }
}

function boundTo(path: string, title: string, options: RabbitMqUserOptions, broker: BoundBroker): BoundKind {
  const { username, singleUser = false, virtualHost } = options;
  requireBrokerUser(path, username);
  requireNames(path, { virtualHost, singleUser });
  const { environment, reads } = administratorOf(path, 'a user of the broker with the tag `administrator`', options);
  return {
    name: singleUser ? RABBITMQ_USER_KINDS.SINGLE : RABBITMQ_USER_KINDS.ALTERNATING,
    title,
    rotatedBy: 'rabbitmq',
    overlap: singleUser ? 'none' : 'untilNextRotation',
    ...placeholder(),
    ...passwordOf(path, options.passwordPolicy),
    environment: { ...brokerEnvironment(path, broker, virtualHost), ...environment },
    tags: { [ROTATION_TAGS.USER]: username },
    reads,
    server: brokerBehind(broker),
  };
}
