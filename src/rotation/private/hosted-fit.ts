import { type aws_ec2 as ec2, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { HOSTED_ENGINES, type HostedEngine } from './hosted-engines';
import { requireRotatable } from './password-environment';
import { requireFunctionOptions } from './rotation-function';
import { encryptionOf } from './rotator-access';
import { areIsolated } from './rotator-network';
import { fail } from '../../private/errors';
import { isOfStackSet } from '../../private/stack-sets';
import { requireKnownKey } from '../../secret/private/rotation-wiring';
import type { RotationNeeds } from '../database-rotator-props';
import { type HostedRotationOptions, HostedSsl } from '../hosted-rotation-options';

const FUNCTION_NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** Fails on a function that AWS could not host. */
export function requireHostedOptions(path: string, options: HostedRotationOptions, stack: Stack): void {
  const { vpc, vpcSubnets, securityGroups, endpoint, functionName, ssl } = options;
  requireFunctionOptions(path, { vpc, vpcSubnets, securityGroups, endpoint });
  if (endpoint && endpoint._existing === undefined) {
    fail(path, '`endpoint` must be one of the VPC with private DNS, got SecretsManagerEndpoint.create(), whose address cannot be given to '
      + 'a function that AWS hosts; use SecretsManagerEndpoint.fromInterfaceEndpoint');
  }
  if (vpc && !endpoint) requireWayOut(path, vpc, vpcSubnets);
  if (functionName !== undefined && !Token.isUnresolved(functionName) && !FUNCTION_NAME.test(functionName)) {
    fail(path, `\`functionName\` must have from 1 to 64 letters, digits, hyphens and underscores, got ${JSON.stringify(functionName)}`);
  }
  if (ssl !== undefined && !Object.values(HostedSsl).includes(ssl)) {
    fail(path, `\`ssl\` must be one of HostedSsl, got ${JSON.stringify(ssl)}`);
  }
  if (isOfStackSet(stack)) {
    fail(path, 'a hosted rotation must not stand in the template of a StackSet, because StackSets with service-managed permissions refuse '
      + 'transforms; rotate with a function of your own, or deploy the stack of the secret by itself');
  }
}

/** The hosted rotators of an app that have a name by their user. */
const NAMED = new WeakMap<IConstruct, Map<string, string>>();

/** Takes the name of a function. Fails when another hosted rotator of this account and region has it. */
export function claimFunctionName(path: string, stack: Stack, functionName: string): void {
  if (Token.isUnresolved(functionName)) return;
  const { account, region, node } = stack;
  const isKnown = !Token.isUnresolved(account) && !Token.isUnresolved(region);
  const name = `${functionName} of ${isKnown ? `${account} ${region}` : node.path}`;
  const named = NAMED.get(node.root) ?? new Map<string, string>();
  const other = named.get(name);
  if (other !== undefined) {
    fail(path, `\`functionName\` must be that of no other function, got ${JSON.stringify(functionName)}, which ${other} has`);
  }
  NAMED.set(node.root, named.set(name, path));
}

/** Without a way to Secrets Manager every rotation ends in a time-out. */
function requireWayOut(path: string, vpc: ec2.IVpc, vpcSubnets: ec2.SubnetSelection | undefined): void {
  if (!areIsolated(vpc, vpcSubnets)) return;
  fail(path, `\`vpcSubnets\` must have a way to Secrets Manager, got isolated subnets of ${vpc.node.path}; give the endpoint that the VPC `
    + 'has as `endpoint`: SecretsManagerEndpoint.fromInterfaceEndpoint(…), or subnets with a NAT gateway');
}

/** Fails on a secret whose password no function of AWS could rotate; returns what is known of the engine. */
export function requireHosted(path: string, needs: RotationNeeds, ssl: HostedSsl | undefined): HostedEngine {
  const { engine } = needs.target;
  const hosted = HOSTED_ENGINES[engine.name];
  if (hosted === undefined) {
    fail(path, `\`database\` must be of an engine for which AWS hosts a function, ${Object.keys(HOSTED_ENGINES).join(', ')}, got `
      + `${engine.name}; for a rotation function of your own use DatabaseRotator.fromFunction`);
  }
  requireType(path, needs, hosted);
  requireNames(path, needs, hosted);
  requirePassword(path, needs, hosted);
  requireSsl(path, needs, hosted, ssl);
  requireKeys(path, needs);
  return hosted;
}

function requireType(path: string, { strategy, target: { engine } }: RotationNeeds, { types }: HostedEngine): void {
  if (types[strategy._name] !== undefined) return;
  const others = Object.keys(types).map(each => `RotationStrategy.${each}(…)`).join(' or ');
  fail(path, `\`strategy\` must be one for which AWS hosts a function for ${engine.name}, got ${strategy._name}; choose ${others}`);
}

/** AWS's functions take shorter names than the engines themselves. */
function requireNames(path: string, { username, fields, strategy, target: { engine } }: RotationNeeds, hosted: HostedEngine): void {
  const { clone: { suffix, max }, needsDatabaseName } = hosted;
  const length = username.length + suffix.length;
  if (strategy._name === 'alternatingUsers' && !Token.isUnresolved(username) && length > max) {
    fail(path, `\`username\` and its ${suffix} must have at most ${max} characters for the hosted rotation of ${engine.name}, got `
      + `${length}; rotate a user with a shorter name`);
  }
  if (needsDatabaseName && fields && !fields.dbname) {
    fail(path, `\`databaseName\` must be given for the hosted rotation of ${engine.name}, which logs in to that SID`);
  }
}

/** Only the excluded characters can be told to a function that AWS hosts. */
function requirePassword(path: string, { passwordPolicy: policy, target: { engine } }: RotationNeeds, hosted: HostedEngine): void {
  requireRotatable(path, policy);
  const { uppercase, lowercase, numbers, punctuation, requireEachIncludedType } = policy._rules;
  const remedy = `PasswordPolicy.${hosted.passwordLength === 30 ? 'ORACLE' : 'DATABASE'} is one`;
  if (policy.length !== hosted.passwordLength || ![uppercase, lowercase, numbers, punctuation, requireEachIncludedType].every(Boolean)) {
    fail(path, `\`passwordPolicy\` must be of ${hosted.passwordLength} characters, each kind at least once, because the hosted rotation `
      + `of ${engine.name} makes no other passwords, got ${policy.length} characters or fewer kinds; ${remedy}`);
  }
  const missing = [...hosted.excludeCharacters].filter(each => !policy.excludeCharacters.includes(each));
  if (missing.length > 0) {
    fail(path, `\`passwordPolicy\` must exclude ${missing.join(' ')} too, which the hosted rotation of ${engine.name} or its server does `
      + `not take; ${remedy}`);
  }
}

/** AWS writes the policy of the role, which names keys by their ARNs. */
function requireKeys(path: string, { encryption, strategy }: RotationNeeds): void {
  requireKnownKey(path, encryption);
  const { _superuserSecret: secret, _superuserEncryption: given } = strategy;
  if (secret) requireKnownKey(path, given ?? encryptionOf(secret));
}

/** Without `ssl`, a function logs in in clear text when a server does not answer by TLS, or somebody on the way answers for it. */
function requireSsl(
  path: string, { target, fields }: RotationNeeds, { tls, plaintextPort }: HostedEngine, ssl: HostedSsl | undefined,
): void {
  const { engine, attachment, fields: { port } } = target;
  if (tls !== 'as the value says') return;
  if (![true, 'true'].includes(fields?.ssl as string) && ssl !== HostedSsl.IN_VALUE) {
    fail(path, '`ssl: true` must be in the secret, because a hosted rotation without it falls back to clear text; give '
      + 'DatabaseRotator.hosted `ssl`: HostedSsl.IN_TEMPLATE for a new secret, or HostedSsl.IN_VALUE when you have put it into the value '
      + 'of one that is deployed');
  }
  if (plaintextPort !== undefined && (attachment || port === String(plaintextPort))) {
    fail(path, `\`database\` must be RotationTarget.fromEndpoint with the port of TLS for ${engine.name}, such as 2484, because `
      + `${attachment ? 'an attachment writes the port of the plain listener' : `${plaintextPort} is that of the plain listener`}`);
  }
}
