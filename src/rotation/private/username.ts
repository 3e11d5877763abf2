import { aws_secretsmanager as secretsmanager, Token } from 'aws-cdk-lib';
import { fail } from '../../private/errors';
import { CLONE_SUFFIX, isClone, otherOfTwo, usernameLength } from '../contract/usernames';
import type { DatabaseEngine } from '../database-engine';
import type { RotationStrategy } from '../rotation-strategy';
import type { BoundTarget } from '../rotation-target';

/** Fails on a user that the engine could not have, or whose password is not ours to rotate. */
export function requireUsername(
  path: string, username: string, { target, strategy }: { target: BoundTarget; strategy: RotationStrategy },
): void {
  if (!username) fail(path, '`username` must be given: the database user whose password is rotated');
  if (Token.isUnresolved(username)) return;
  if (username.includes('\0')) fail(path, '`username` must not hold a NUL character');
  const alternates = strategy._name === 'alternatingUsers';
  if (alternates && isClone(username)) {
    fail(path, `\`username\` must be the first of the two users, whose name the other one extends by ${CLONE_SUFFIX}, `
      + `got ${JSON.stringify(username)}; leave the suffix out`);
  }
  requireLength(path, alternates ? otherOfTwo(username) : username, target.engine, alternates);
  requireNotMaster(path, username, target);
}

function requireLength(path: string, longest: string, { _rotated: engine, name }: DatabaseEngine, alternates: boolean): void {
  if (engine === undefined) return;
  const [{ max, unit }, length] = [engine.usernameLimit, usernameLength(longest, engine)];
  if (length <= max) return;
  fail(path, `\`username\`${alternates ? ` and its ${CLONE_SUFFIX}` : ''} must have at most ${max} ${unit} for ${name}, got ${length}; `
    + 'rotate a user with a shorter name');
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
