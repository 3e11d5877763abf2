import { Reference, Token, Tokenization } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { fail } from '../../private/errors';

/** No secret but those that AWS services make has a name with `!`: that of the service stands before it. */
const NAME = /:secret:(?<service>[a-z-]+)!/;

/** By which a database of this app tells the secret of its master user. */
const ATTRIBUTES = ['MasterUserSecret.SecretArn', 'MasterPasswordSecretArn'];

/** A service that makes a secret rotates it too, and refuses every other rotation. */
export function refuseServiceOwned(path: string, secretArn: string): void {
  if (!isServiceOwned(secretArn)) return;
  fail(path, '`addRotationSchedule` must not be called for a secret that an AWS service manages: the service rotates it itself; set the '
    + 'schedule of a master user by MasterUserRotation, and rotate a user of the application by RotatedDatabaseSecret');
}

function isServiceOwned(secretArn: string): boolean {
  return Token.isUnresolved(secretArn) ? makerOf(secretArn) !== undefined : NAME.test(secretArn);
}

/** The database of this app whose service makes the secret, in its own account and region. */
export function makerOf(secretArn: string): IConstruct | undefined {
  if (!Token.isUnresolved(secretArn)) return undefined;
  return Tokenization.reverseString(secretArn).tokens
    .find((token): token is Reference => Reference.isReference(token) && ATTRIBUTES.includes(token.displayName))?.target;
}
