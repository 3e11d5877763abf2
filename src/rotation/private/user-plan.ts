import { RemovalPolicy, Token } from 'aws-cdk-lib';
import { fail } from '../../private/errors';
import {
  DUAL_PASSWORD_PRIVILEGE, type GrantDescription, MAX_USER_CHARACTERS, PRIVILEGES, type UserDescription,
} from '../contract/database-user';
import { ENGINES } from '../contract/engines';
import type { DatabaseEngine } from '../database-engine';
import type { DatabaseGrant } from '../database-grant';
import type { RotatedDatabaseSecretProps } from '../rotated-database-secret-props';
import type { RotationStrategy } from '../rotation-strategy';
import type { BoundTarget } from './bound-target';

/** A user that the deployment makes. */
export interface UserPlan {
  /** The description, as one text. */
  readonly text: string;
  readonly drops: boolean;
}

type Props = Pick<RotatedDatabaseSecretProps, 'user' | 'username' | 'databaseName' | 'content' | 'rotator'>;

/** The strategy, with the superuser who makes the user: all that a superuser needs follows from it. */
export function strategyFor(path: string, { user }: Props, strategy: RotationStrategy): RotationStrategy {
  if (user === undefined) return strategy;
  if (user._options?.grants === undefined) {
    fail(path, '`user` must be a DatabaseUser, such as DatabaseUser.create({ superuserSecret, grants })');
  }
  const { superuserSecret, superuserEncryption } = user._options;
  const ofStrategy = strategy._superuserSecret;
  if (superuserSecret === undefined && ofStrategy === undefined) {
    fail(path, '`superuserSecret` of `user` must be given: the secret of a superuser who creates the user, such as `cluster.secret`');
  }
  if (superuserSecret === undefined && superuserEncryption !== undefined) {
    fail(path, '`superuserEncryption` of `user` must come with `superuserSecret`; leave it out, or give the strategy both');
  }
  if (superuserSecret && ofStrategy && superuserSecret !== ofStrategy) {
    fail(path, `\`superuserSecret\` of \`user\` must be that of \`strategy\`, ${ofStrategy.node.path}, got ${superuserSecret.node.path}; `
      + 'leave it out');
  }
  return superuserSecret === undefined ? strategy : strategy._withSuperuser({ superuserSecret, superuserEncryption });
}

/** Fails on a user who could not be made as asked. */
export function userPlan(path: string, props: Props, target: BoundTarget, strategy: RotationStrategy): UserPlan | undefined {
  const { user } = props;
  if (user === undefined) return undefined;
  const { engine } = target;
  requireMakeable(path, props, engine);
  const database = databaseOf(props, target);
  const { takeOver = false, removalPolicy = RemovalPolicy.RETAIN } = user._options;
  if (removalPolicy !== RemovalPolicy.RETAIN && removalPolicy !== RemovalPolicy.DESTROY) {
    fail(path, `\`removalPolicy\` of \`user\` must be RETAIN or DESTROY, got ${removalPolicy}; a user is kept or dropped`);
  }
  const grants = [...user._options.grants.map(grant => describe(path, grant, engine, database)), ...grantsFor(strategy)];
  requireOneRole(path, grants, engine);
  const description: UserDescription = {
    username: props.username, ...database !== undefined && { database }, grants, takeOver, drop: user._drops,
  };
  const text = JSON.stringify(description);
  if (text.length <= MAX_USER_CHARACTERS) return { text, drops: user._drops };
  return fail(path, `\`grants\` of \`user\` must have at most ${MAX_USER_CHARACTERS} characters, got ${text.length}; `
    + 'grant all tables of a schema, or a role that has the privileges');
}

function requireMakeable(path: string, { username, content, rotator }: Props, engine: DatabaseEngine): void {
  if (Token.isUnresolved(username)) fail(path, '`username` must be known at synthesis with `user`, got a token; write the name itself');
  if (engine._rotated === undefined || (rotator && rotator._passwordPolicy === undefined)) {
    fail(path, `\`user\` must come with a rotation function of this library, which makes the user, got ${engine.name} and a function of `
      + 'another; create the user otherwise');
  }
  if (PRIVILEGES[engine._rotated.name] === undefined) {
    fail(path, `\`user\` must not be given for ${engine.name}, whose users this library does not make; create the user by a statement of `
      + 'your own, and leave `user` out');
  }
  if (content?._isEmpty) fail(path, '`user` must not come with an empty `content`, which has no password for it; leave `content` out');
}

/** JavaScript passes something else. */
function describe(path: string, grant: DatabaseGrant, engine: DatabaseEngine, database: string | undefined): GrantDescription {
  if (grant?._describe === undefined) {
    fail(path, '`grants` of `user` must hold none but DatabaseGrant, such as DatabaseGrant.role("readers")');
  }
  return grant._describe(path, engine, database);
}

/** As the function logs in: the database of the secret, or the one that the instance or cluster was created with. */
function databaseOf({ databaseName }: Props, { resource, engine }: BoundTarget): string | undefined {
  // There `databaseName` is the database that holds the user, who has nothing to do with it otherwise.
  if (engine._rotated?.usersAreOfDatabase) return undefined;
  const created = resource && ('dbName' in resource ? resource.dbName : 'databaseName' in resource ? resource.databaseName : undefined);
  const known = [databaseName, created].find(name => name !== undefined && !Token.isUnresolved(name));
  return known ?? (engine._rotated === ENGINES.postgres ? ENGINES.postgres.name : undefined);
}

/** A user cannot keep its present password beside a new one without. */
function grantsFor({ _name }: RotationStrategy): GrantDescription[] {
  return _name === 'dualPassword' ? [{ on: 'server', privileges: [DUAL_PASSWORD_PRIVILEGE] }] : [];
}

function requireOneRole(path: string, grants: readonly GrantDescription[], { _rotated }: DatabaseEngine): void {
  const roles = grants.filter(({ on }) => on === 'role').length;
  if (_rotated !== ENGINES.mariadb || roles <= 1) return;
  fail(path, `\`grants\` of \`user\` must hold one role at most for MariaDB, which turns on one from the start, got ${roles}; `
    + 'grant one role the others');
}
