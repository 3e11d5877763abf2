import { aws_ec2 as ec2, aws_rds as rds, Reference, StringConcat, Token, Tokenization } from 'aws-cdk-lib';
import type { BoundTarget } from './bound-target';
import { failOnProxy, refuseReplica } from './rds-target';
import { fail } from '../../private/errors';
import { requireWhole } from '../../private/validation';
import { isHost, PORTS, readOnlyEndpointIn } from '../contract/hosts';
import type { DatabaseEndpointOptions } from '../database-endpoint-options';

/** Any database: the template of the secret names engine, host and port. */
export function boundToEndpoint(
  path: string, { engine, host, port = engine?.defaultPort, securityGroups = [] }: DatabaseEndpointOptions,
): BoundTarget {
  if (!engine) fail(path, '`engine` of the database must be given, such as DatabaseEngine.POSTGRESQL');
  if (!host) fail(path, '`host` must be given: the host name of the database');
  requireHost(path, host);
  const reference = referenceIn(host);
  refuseReplica(path, 'host', reference?.target);
  const endpoint = readOnlyEndpointIn(knownPartOf(host));
  if (endpoint === 'proxy' || reference?.target instanceof rds.CfnDBProxy
    || reference?.target instanceof rds.CfnDBProxyEndpoint) failOnProxy(path, 'host');
  if (endpoint === 'reader' || reference?.displayName.startsWith('ReadEndpoint')) {
    fail(path, `\`host\` must be the writer, because a reader takes no new password, got ${reference ? 'a reader endpoint' : host}; give `
      + 'the cluster\'s own endpoint');
  }
  requireWhole(path, 'port', port, PORTS);
  const server = { host, port: Tokenization.stringifyNumber(port) };
  return {
    engine,
    fields: { engine: engine.name, ...server },
    server: () => server,
    securityGroups,
    port: ec2.Port.tcp(port),
    instances: [],
  };
}

/**
 * What stands around tokens is part of a name, or is not. A URL may hold a password before `@` or among its parameters: that stays out of
 * the message.
 */
function requireHost(path: string, host: string): void {
  const known = knownPartOf(host);
  const isTaken = Token.isUnresolved(host) ? /^[A-Za-z0-9_.…-]*$/.test(known) : isHost(host);
  if (isTaken) return;
  fail(path, '`host` must be a host name or an address alone, such as db.example.com, got '
    + `${JSON.stringify(known.replace(/^.*@|[?;].*$/gs, '…'))}; give the port as \`port\`, and leave out the rest of a URL`);
}

/** With `…` for each token. */
function knownPartOf(host: string): string {
  return Tokenization.reverseString(host).mapTokens({ mapToken: () => '…' }).join(new StringConcat());
}

/** The resource attribute that a text stands for, when it is one. */
export function referenceIn(text: string): Reference | undefined {
  return Tokenization.reverseString(text).tokens.find((token): token is Reference => Reference.isReference(token));
}
