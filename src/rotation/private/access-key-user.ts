import { aws_iam as iam, Resource, Token, TokenComparison } from 'aws-cdk-lib';
import { fail } from '../../private/errors';
import type { ManagedSecret } from '../../secret/managed-secret';
import { ROTATION_TAGS } from '../contract/tags';

/** What a tag may hold; a user may also have a comma in its name. */
const TAG_VALUE = /^[\w+=.@-]{1,64}$/;

/** Secrets Manager and IAM know an access key by its user; with two secrets, each would take the other's places. */
const SECRETS = new WeakMap<iam.IUser, ManagedSecret>();

/** The user of IAM whose access keys are rotated. */
export interface AccessKeyUser {
  readonly user: iam.IUser;
  readonly dedicated?: boolean;
}

/** Fails on what is no user, or one whose keys the function could not tell. */
export function requireAccessKeyUser(path: string, options: AccessKeyUser | undefined): void {
  const { user, dedicated }: Partial<AccessKeyUser> = options ?? {};
  if (user?.userArn === undefined || user.userName === undefined) {
    fail(path, '`user` must be a user of IAM, such as new iam.User(this, "User"); for a role use its temporary credentials, and no secret');
  }
  if (!Token.isUnresolved(user.userName) && !TAG_VALUE.test(user.userName)) {
    fail(path, '`user` must have a name of letters, digits and +=.@_-, because a tag of the secret holds it, got '
      + `${JSON.stringify(user.userName)}; rename it`);
  }
  if (dedicated !== undefined && typeof dedicated !== 'boolean') fail(path, '`dedicated` must be true or false; leave it out');
}

/** A user that this app creates is the secret's, unless the app says otherwise; of an imported one nobody knows. */
export function tagsOfUser({ user, dedicated = Resource.isOwnedResource(user) }: AccessKeyUser): { [key: string]: string } {
  return { [ROTATION_TAGS.USER]: user.userName, [ROTATION_TAGS.DEDICATED]: String(dedicated) };
}

/** The keys of this one user. */
export function accessKeyStatements({ user }: AccessKeyUser): iam.PolicyStatement[] {
  return [new iam.PolicyStatement({
    actions: ['iam:CreateAccessKey', 'iam:DeleteAccessKey', 'iam:GetAccessKeyLastUsed', 'iam:ListAccessKeys'],
    resources: [user.userArn],
  })];
}

/** Fails for a second secret of a user, and for an access key that the app makes itself. */
export function claim({ user }: AccessKeyUser, secret: ManagedSecret): void {
  const { node: { path }, env: { account } } = secret;
  const theirs = user.principalAccount;
  if (theirs !== undefined && Token.compareStrings(account, theirs) === TokenComparison.DIFFERENT) {
    fail(path, `\`user\` must be of the secret's own account ${account}, got ${user.node.path} of ${theirs}; create one there`);
  }
  const other = SECRETS.get(user);
  if (other) {
    fail(path, `\`user\` ${user.node.path} must be that of one secret, got that of ${other.node.path} too; create a user for each`);
  }
  SECRETS.set(user, secret);
  if (!Resource.isOwnedResource(user)) return;
  secret.node.addValidation({
    validate: () => secret.node.root.node.findAll().filter(each => each instanceof iam.CfnAccessKey && isOf(each, user)).map(key => (
      `\`user\` ${user.node.path} must have no access key of the app, got ${key.node.path}, which would take the place of the next one; `
      + `remove it [at ${path}]`)),
  });
}

function isOf(key: iam.CfnAccessKey, user: iam.IUser): boolean {
  const { stack } = key;
  return JSON.stringify(stack.resolve(key.userName)) === JSON.stringify(stack.resolve(user.userName));
}
