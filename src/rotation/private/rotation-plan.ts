import { Fn, type RemovalPolicy, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { requirePolicy } from './password-environment';
import type { OtherSecret, RotationRequest } from './rotation-request';
import { callerWith, guardRailsOf, requireHere, requireNetwork, requireRotatorProps, requireTrust } from './rotator-fit';
import { strategyFor, type UserPlan, userPlan } from './user-plan';
import { requireUsername, requireUsersDatabase } from './username';
import { requireAllowedByGuardRails } from '../../access/private/guarded-rotation';
import { SecretNamespace } from '../../namespace/secret-namespace';
import { fail, pathOf } from '../../private/errors';
import type { PasswordPolicy } from '../../secret/password-policy';
import { requireContent } from '../../secret/private/settings';
import { SecretContent } from '../../secret/secret-content';
import { fingerprintOf } from '../contract/database-user';
import { ROTATION_TAGS, superuserTagFor } from '../contract/tags';
import { DatabaseEngine } from '../database-engine';
import type { DatabaseRotatorProps, IDatabaseRotator, RotationNeeds } from '../database-rotator-props';
import type { RotatedDatabaseSecretProps } from '../rotated-database-secret-props';
import { requireSchedule, RotationSchedule } from '../rotation-schedule';
import { requireStrategy, RotationStrategy } from '../rotation-strategy';
import { requireTarget } from '../rotation-target';
import type { BoundTarget } from './bound-target';

/** The props, checked and completed, before anything is created. */
export interface RotationPlan {
  readonly target: BoundTarget;
  readonly user?: UserPlan;
  /** What the rotation function believes, whatever the value says. */
  readonly tags: { [key: string]: string };
  readonly strategy: RotationStrategy;
  readonly schedule: RotationSchedule;
  readonly rotateImmediately: boolean;
  readonly removalPolicy: RemovalPolicy;
  readonly content: SecretContent;
  /** Given, or else `ownRotator` is to be made. */
  readonly rotator?: IDatabaseRotator;
  readonly ownRotator?: DatabaseRotatorProps;
}

const ONCE_A_MONTH = RotationSchedule.spread();

export function plan(scope: Construct, id: string, props: RotatedDatabaseSecretProps): RotationPlan {
  const path = pathOf(scope, id);
  const { database, rotator, schedule = ONCE_A_MONTH, rotateImmediately = false } = props;
  const { strategy: given = rotator?._strategy ?? RotationStrategy.singleUser() } = props;
  requireTarget(path, database);
  requireSchedule(path, schedule);
  requireStrategy(path, given);
  if (rotator && rotator._requireFit === undefined) {
    fail(path, '`rotator` must be a DatabaseRotator; for a function of your own use '
    + 'DatabaseRotator.fromFunction');
  }
  const target = database._bind(path);
  const passwordPolicy = passwordPolicyOf(path, props, target);
  given._validate(path, target.engine, target.resource?.engineVersion);
  const strategy = strategyFor(path, props, given);
  const env = Stack.of(scope);
  requireHere(path, env, 'superuserSecret', strategy._superuserSecret);
  requireUsername(path, props.username, { target, strategy });
  requireUsersDatabase(path, props.databaseName, target.engine);
  target.requireUser?.(props);
  schedule._check(path);
  if (rotator && props.vpc) {
    fail(path, `\`vpc\` must be given to \`rotator\` ${rotator.node.path}, which runs the function; leave it `
    + 'out here');
  }
  const namespace = SecretNamespace._find(scope, path, props.namespace);
  const guardRails = guardRailsOf(namespace, readsOf(strategy));
  const removalPolicy = props.removalPolicy ?? namespace.removalPolicy;
  if (props.content) requireAdoptable(path, props, { target, strategy });
  const fields = props.content ? templateOf(path, props.content) : fieldsOf(props, target, strategy);
  const { username, encryption = namespace.encryption } = props;
  rotator?._requireFit(path, { env, guardRails, target, strategy, passwordPolicy, username, fields, encryption });
  const user = userPlan(path, props, target, strategy);
  return {
    target,
    user,
    tags: tagsOf(path, target, strategy, user),
    strategy,
    schedule,
    rotateImmediately,
    removalPolicy,
    content: props.content ?? SecretContent.generatedField({ passwordPolicy, template: fields as ReturnType<typeof fieldsOf> }),
    rotator,
    ownRotator: rotator ? undefined : ownRotator(path, {
      engine: target.engine, strategy: given, passwordPolicy, vpc: props.vpc ?? target.vpc, _logRemovalPolicy: removalPolicy,
    }, { env, target, guardRails }),
  };
}

/** What the rotator gets of the secret itself. */
export function requestOf({ target, strategy, rotator }: RotationPlan): Omit<RotationRequest, 'secret'> {
  const { securityGroups, port, engine } = target;
  return {
    scope: rotator ? 'namespace' : 'secret',
    reads: readsOf(strategy),
    server: { securityGroups, port, description: `Rotation of ${engine.name} credentials` },
  };
}

function readsOf({ _superuserSecret: secret, _superuserEncryption: encryption }: RotationStrategy): OtherSecret[] {
  return secret ? [{ secret, encryption }] : [];
}

function ownRotator(
  path: string, rotator: DatabaseRotatorProps, { env, target, guardRails }: Pick<RotationNeeds, 'env' | 'target' | 'guardRails'>,
): DatabaseRotatorProps {
  requireRotatorProps(path, rotator, env);
  requireNetwork(path, rotator.vpc, target);
  requireAllowedByGuardRails(path, guardRails, callerWith(rotator));
  requireTrust(path, env.region, target, rotator);
  return rotator;
}

/** One password policy holds at creation and at every rotation. */
function passwordPolicyOf(
  path: string, { passwordPolicy: given, rotator }: RotatedDatabaseSecretProps, { engine }: BoundTarget,
): PasswordPolicy {
  const ofRotator = rotator?._passwordPolicy;
  const policy = given ?? ofRotator ?? engine.passwordPolicy;
  requirePolicy(path, policy);
  if (ofRotator && policy !== ofRotator && JSON.stringify(policy._rules) !== JSON.stringify(ofRotator._rules)) {
    fail(path, `\`passwordPolicy\` must be that of \`rotator\` ${rotator!.node.path}, which makes every later password; leave it out, or `
      + 'give a rotator of that policy');
  }
  return policy;
}

interface Rotated {
  readonly target: BoundTarget;
  readonly strategy: RotationStrategy;
}

/** The schema of AWS's own rotation functions; a target attachment adds engine, host and port. */
function fieldsOf(
  { username, databaseName, rotator }: RotatedDatabaseSecretProps, target: BoundTarget, strategy: RotationStrategy,
): { [field: string]: string } {
  const masterarn = strategy._needsSuperuser ? strategy._superuserArn : undefined;
  return {
    username,
    ...target.fields,
    ...(databaseName !== undefined && { dbname: databaseName }),
    ...(masterarn !== undefined && { masterarn }),
    ...target.engine._fields,
    ...rotator?._templateFields,
  };
}


function tagsOf(path: string, { server }: BoundTarget, strategy: RotationStrategy, user?: UserPlan): { [key: string]: string } {
  const { host, port } = server();
  const arn = strategy._superuserArn;
  return {
    [ROTATION_TAGS.DATABASE_HOST]: host,
    [ROTATION_TAGS.DATABASE_PORT]: port,
    ...(arn !== undefined && { [ROTATION_TAGS.SUPERUSER_SECRET]: superuserTag(path, arn) }),
    ...(user && { [ROTATION_TAGS.DATABASE_USER]: fingerprintOf(user.text) }),
  };
}

const MAX_TAG_CHARACTERS = 256;

/** Account and region are the rotated secret's own. No tag takes the `!` in the names that Amazon RDS gives; no name has a space. */
function superuserTag(path: string, arn: string): string {
  if (Token.isUnresolved(arn)) return Fn.join(' ', Fn.split('!', Fn.select(6, Fn.split(':', arn))));
  const tag = superuserTagFor(arn);
  if (tag.length <= MAX_TAG_CHARACTERS) return tag;
  return fail(path, `\`superuserSecret\` must have a name of at most ${MAX_TAG_CHARACTERS - 7} characters, because a tag of the rotated `
    + 'secret holds it; give one with a shorter name');
}

/** A deployed secret keeps its value, as far as the template shows it: then it must hold what a rotation reads. */
function requireAdoptable(path: string, props: RotatedDatabaseSecretProps, { target, strategy }: Rotated): void {
  requireContent(path, props.content!);
  if (props.databaseName !== undefined) {
    fail(path, '`databaseName` must stand in `content` as `dbname`, where that is given; '
    + 'leave one out');
  }
  const masterarnIsRead = props.rotator !== undefined && strategy._needsSuperuser
    && props.rotator._strategy?._superuserSecret !== strategy._superuserSecret;
  if (masterarnIsRead && props.content!._isEmpty) {
    fail(path, '`content` must not be empty with a rotator that reads the superuser in the value, as `masterarn`, and nobody knows whether '
      + 'it is there; '
      + NAME_SUPERUSER);
  }
  const template = templateOf(path, props.content!);
  if (template === undefined) return;
  if (Token.compareStrings(template.username as string, props.username) === TokenComparison.DIFFERENT) {
    fail(path, `\`username\` must be that of \`content\`, got ${JSON.stringify(props.username)} and ${JSON.stringify(template.username)}; `
      + 'correct one');
  }
  if (target.engine._rotated?.saysSsl && !['true', 'undefined'].includes(String(template.ssl).toLowerCase())) {
    fail(path, '`ssl` of `content` must be true, because the rotation never logs in without TLS; turn TLS on in the database, and correct '
      + 'the deployed secret first');
  }
  const missing = Object.keys(target.fields).filter(field => template[field] === undefined && field !== 'port');
  if (masterarnIsRead && template.masterarn === undefined) missing.push('masterarn');
  if (missing.length > 0) {
    fail(path, `\`content\` must hold ${missing.map(field => `\`${field}\``).join(', ')}, which a rotation reads; for a secret that is `
      + 'deployed without, '
      + (missing.includes('masterarn') ? NAME_SUPERUSER : 'use RotationTarget.fromInstance or fromCluster'));
  }
  requireSameDatabase(path, template, target);
}

const NAME_SUPERUSER = 'give a `rotator` whose `strategy` names that superuser, or none';

/** The rotation logs in to the database that the value names; where that names no port, to the engine's. An attachment writes all three. */
function requireSameDatabase(path: string, template: { [field: string]: unknown }, { engine, fields }: BoundTarget): void {
  for (const [field, expected] of Object.entries(fields)) {
    const given = field === 'port' ? template.port ?? engine.defaultPort : template[field];
    if (Token.isUnresolved(given) || Token.isUnresolved(expected) || isSame(field, String(given), expected)) continue;
    fail(path, `\`${field}\` of \`content\` must be that of \`database\`, ${expected}, got ${JSON.stringify(given)}; correct one`);
  }
}

/** Amazon RDS has names of its own for some engines. */
function isSame(field: string, given: string, expected: string): boolean {
  if (field === 'engine') return (DatabaseEngine._named(given)?.name ?? given) === expected;
  return given.toLowerCase() === expected.toLowerCase();
}

/** The fields of a generator's template; absent where the value comes from elsewhere, or was put by hand. */
function templateOf(path: string, content: SecretContent): { [field: string]: unknown } | undefined {
  const { generateSecretString: generator } = content._render(path);
  if (generator === undefined) return undefined;
  const { secretStringTemplate: text, generateStringKey } = generator;
  if (text === undefined) {
    fail(path, '`content` must be a JSON object with `username` and `password`, got a password alone; leave it out, or use '
      + 'SecretContent.generatedField');
  }
  if (Token.compareStrings(generateStringKey!, 'password') === TokenComparison.DIFFERENT) {
    fail(path, `\`content\` must generate \`password\`, which a rotation reads, got ${JSON.stringify(generateStringKey)}; correct the `
      + 'deployed secret first, or leave `content` out');
  }
  const isKnown = !Token.isUnresolved(text);
  return parsed(text) ?? (isKnown ? fail(path, '`content` must have a template that is JSON; correct it') : undefined);
}

function parsed(text: string): { [field: string]: unknown } | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
