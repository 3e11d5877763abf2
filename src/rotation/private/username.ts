import { aws_secretsmanager as secretsmanager, Token } from 'aws-cdk-lib';
import { fail } from '../../private/errors';
import { DatabaseEngine } from '../database-engine';
import { type RotationStrategy, RotationStrategyType } from '../rotation-strategy';
import type { BoundTarget } from '../rotation-target';

/** What the other one of two alternating users is called. */
const CLONE_SUFFIX = '_clone';

/** Fails on a user that the engine could not have, or whose password is not ours to rotate. */
export function requireUsername(path: string, username: string, { target, strategy }: { target: BoundTarget; strategy: RotationStrategy }): void {
  if (!username) fail(path, '`username` must be given: the database user whose password is rotated');
  if (Token.isUnresolved(username)) return;
  if (username.includes('\0')) fail(path, '`username` must not hold a NUL character');
  const alternates = strategy.type === RotationStrategyType.ALTERNATING_USERS;
  if (alternates && username.endsWith(CLONE_SUFFIX)) {
    fail(path, `\`username\` must be the first of the two users, whose name the other one extends by ${CLONE_SUFFIX}, `
      + `got ${JSON.stringify(username)}; leave the suffix out`);
  }
  requireLength(path, username, target.engine, alternates ? CLONE_SUFFIX : '');
  requireNotMaster(path, username, target);
}

function requireLength(path: string, username: string, engine: DatabaseEngine, suffix: string): void {
  const max = engine._maxUsernameLength;
  const length = engine === DatabaseEngine.POSTGRESQL ? Buffer.byteLength(username + suffix) : [...username + suffix].length;
  if (max !== undefined && length > max) {
    const [what, unit] = [suffix ? ` and its ${suffix}` : '', engine === DatabaseEngine.POSTGRESQL ? 'bytes' : 'characters'];
    fail(path, `\`username\`${what} must have at most ${max} ${unit} for ${engine.name}, got ${length}; rotate a user with a shorter name`);
  }
}

function requireNotMaster(path: string, username: string, { resource }: BoundTarget): void {
  const master = masterUsernameOf(resource);
  if (master?.toLowerCase() !== username.toLowerCase()) return;
  fail(path, `\`username\` must not be the master user ${JSON.stringify(master)}, `
    + 'whose password Amazon RDS rotates itself: set `manageMasterUserPassword` on '
    + `${resource!.node.scope!.node.path} and its schedule by MasterUserRotation; for applications create a user of their own`);
}

/** The L2 refers to the name in the secret that it generates, in whose template it stands. */
function masterUsernameOf(resource: BoundTarget['resource']): string | undefined {
  const name = resource?.masterUsername;
  if (!Token.isUnresolved(name)) return name;
  const secret = resource!.node.scope!.node.tryFindChild('Secret')?.node.defaultChild;
  const generator = secret instanceof secretsmanager.CfnSecret ? secret.generateSecretString : undefined;
  if (generator === undefined || Token.isUnresolved(generator)) return undefined;
  const { secretStringTemplate: template } = generator as secretsmanager.CfnSecret.GenerateSecretStringProperty;
  return /"username":"([^"\\]+)"/.exec(template ?? '')?.[1];
}
