import { aws_amazonmq as amazonmq, aws_ec2 as ec2, Fn, Token, Tokenization } from 'aws-cdk-lib';
import type { BoundServer } from './rotation-request';
import { certificateEnvironment, requireGroupsOf, requireHost } from './server-fit';
import { fail } from '../../private/errors';
import { requireWhole } from '../../private/validation';
import { ROTATION_ENVIRONMENT } from '../contract/environment';
import { PORTS } from '../contract/hosts';
import { CLONE_SUFFIX, isClone } from '../contract/usernames';
import type { AmazonMqUserOptions, RabbitMqUserOptions } from '../kinds/rabbitmq-user-options';

/** A name that a tag and a part of a URL can hold, with room for the suffix of the other user. */
const USERNAME = /^(?!\.{1,2}$)[\w.@+=-]{1,114}$/;

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-amazonmq-broker-user.html */
const AMAZON_MQ_USERNAME = /^[\w.-]{2,94}$/;

/** It may come from the machine of the broker alone, and Amazon MQ deletes it. */
const GUEST = 'guest';

const VIRTUAL_HOST = /^[^\x00-\x1f\x7f]+$/;

/** As AMQP writes its length. */
const MOST_BYTES = 255;

/** Where the function finds the broker. */
export interface BoundBroker {
  readonly host: string;
  readonly port: number;
  readonly managementPort: number;
  readonly tlsServerName?: string;
  readonly securityGroups?: ec2.ISecurityGroup[];
}

/** Fails on a broker whose users cannot be rotated, or not from there. */
export function requireBroker(path: string, options: AmazonMqUserOptions): void {
  const { broker, username, securityGroups } = options ?? {};
  if (!amazonmq.CfnBroker.isCfnBroker(broker)) {
    fail(path, '`broker` must be a CfnBroker, such as new amazonmq.CfnBroker(this, "Broker", { … })');
  }
  const { engineType, publiclyAccessible } = broker;
  if (!Token.isUnresolved(engineType) && engineType.toUpperCase() !== 'RABBITMQ') {
    fail(path, `\`broker\` must have the engine RABBITMQ, got ${engineType}, whose users change when the broker restarts, and not before; `
      + 'give its user a new password by UpdateUser and RebootBroker, in a time without clients');
  }
  if (publiclyAccessible === true && securityGroups !== undefined) {
    fail(path, '`securityGroups` must be left out, because the broker is publicly accessible, and such a broker of RabbitMQ has none');
  }
  if (publiclyAccessible === false || securityGroups !== undefined) requireGroupsOf(path, 'broker', securityGroups);
  if (typeof username === 'string' && !Token.isUnresolved(username) && !AMAZON_MQ_USERNAME.test(username)) {
    fail(path, '`username` must be 2 to 94 letters, digits and ._-, because Amazon MQ takes no other one, got '
      + `${JSON.stringify(username)}; rename the user`);
  }
  requireNotFirst(path, username, broker);
}

/** Amazon MQ makes one user, with the broker, and that is its administrator. */
function requireNotFirst(path: string, username: string, { users }: amazonmq.CfnBroker): void {
  if (!Array.isArray(users)) return;
  if (!users.some(user => (user as amazonmq.CfnBroker.UserProperty)?.username === username)) return;
  fail(path, `\`username\` must not be ${JSON.stringify(username)}, the administrator that the broker is made with; create a user for each `
    + 'application by the management API');
}

export function requireBrokerHost(path: string, { host, port, managementPort, securityGroups }: BoundBroker): void {
  requireHost(path, 'host', host);
  requireWhole(path, 'port', port, PORTS);
  requireWhole(path, 'managementPort', managementPort, PORTS);
  if (port === managementPort) fail(path, `\`managementPort\` must be another port than \`port\`, got ${port} for both`);
  if (securityGroups !== undefined) requireGroupsOf(path, 'broker', securityGroups);
}

export function requireBrokerUser(path: string, username: string): void {
  if (typeof username !== 'string' || (!Token.isUnresolved(username) && !USERNAME.test(username))) {
    fail(path, '`username` must be a name of letters, digits and .@+=_-, at most 114, because a tag of the secret holds it, got '
      + `${JSON.stringify(username)}; rename the user`);
  }
  if (isClone(username)) {
    fail(path, `\`username\` must be the first of the two users, whose name the other one extends by ${CLONE_SUFFIX}, `
      + `got ${JSON.stringify(username)}; leave the suffix out`);
  }
  if (username === GUEST) fail(path, `\`username\` must not be ${GUEST}, who logs in on the machine of the broker alone; create a user`);
}

export function requireNames(path: string, { virtualHost, singleUser }: Pick<RabbitMqUserOptions, 'virtualHost' | 'singleUser'>): void {
  if (typeof singleUser !== 'boolean') fail(path, `\`singleUser\` must be true or false, got ${JSON.stringify(singleUser)}`);
  if (virtualHost === undefined) return;
  if (typeof virtualHost === 'string' && VIRTUAL_HOST.test(virtualHost) && Buffer.byteLength(virtualHost) <= MOST_BYTES) return;
  fail(path, `\`virtualHost\` must be the name of a virtual host, such as "/", of at most ${MOST_BYTES} bytes`);
}

/** The host alone: an endpoint is `amqps://<host>:5671`. */
export function hostOf({ attrAmqpEndpoints }: amazonmq.CfnBroker): string {
  return Fn.select(0, Fn.split(':', Fn.select(2, Fn.split('/', Fn.select(0, attrAmqpEndpoints)))));
}

export function brokerEnvironment(
  path: string, { host, port, managementPort, tlsServerName }: BoundBroker, virtualHost?: string,
): { [variable: string]: string } {
  const names = ROTATION_ENVIRONMENT;
  return {
    [names.RABBITMQ_HOST]: host,
    [names.RABBITMQ_PORT]: Tokenization.stringifyNumber(port),
    [names.RABBITMQ_MANAGEMENT_PORT]: Tokenization.stringifyNumber(managementPort),
    ...virtualHost !== undefined && { [names.RABBITMQ_VIRTUAL_HOST]: virtualHost },
    ...certificateEnvironment(path, tlsServerName),
  };
}

export function brokerBehind({ securityGroups, port, managementPort }: BoundBroker): BoundServer | undefined {
  return securityGroups && {
    securityGroups, port: ec2.Port.tcp(port), furtherPorts: [ec2.Port.tcp(managementPort)], description: 'Rotation of users of a broker',
  };
}
