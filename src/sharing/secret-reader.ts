import { Token } from 'aws-cdk-lib';
import type { ReaderIdentity } from '../access/private/sharing';
import { fail } from '../private/errors';
import {
  ACCOUNT_ID, ORGANIZATION_ID, ORGANIZATION_PATH, requireSome, requireText, requireTexts, ROLE_ARN, SERVICE_PRINCIPAL,
} from '../private/validation';

/** What a factory was given. */
interface CheckedIdentity extends ReaderIdentity {
  readonly validate: (path: string) => void;
}

/**
 * Somebody outside of the account who may read a secret.
 *
 * A role is named by its account and a condition on `aws:PrincipalArn`, not as the principal itself: the statement then can be
 * deployed before the role exists, and still holds when the role is created anew.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
 */
export class SecretReader {
  /**
   * A role of another account.
   *
   * @param roleArn such as `arn:aws:iam::444455556666:role/reporting`
   */
  public static role(roleArn: string): SecretReader {
    const account = Token.isUnresolved(roleArn) ? '' : roleArn.split(':')[4];
    return new SecretReader({
      kind: 'role',
      account,
      value: roleArn,
      validate: path => {
        requireText(path, 'SecretReader.role', roleArn, ROLE_ARN);
        if (account === '') {
          fail(path, '`SecretReader.role` must be an ARN whose account is known; '
          + 'write it out, or hand the role of another stack of this app to `grantRead`');
        }
      },
    });
  }

  /**
   * Every principal of another account to whom that account's own policies give the read.
   *
   * @param accountId 12 digits
   */
  public static account(accountId: string): SecretReader {
    return new SecretReader({
      kind: 'account',
      account: accountId,
      value: accountId,
      validate: path =>
        requireText(path, 'SecretReader.account', accountId, ACCOUNT_ID),
    });
  }

  /**
   * Every account of an organization, or of parts of it, but the owner's own, whose principals need a grant as before. The
   * statement has the same size for one account and for a thousand.
   *
   * @param organizationId such as `o-a1b2c3d4e5`
   * @param paths the parts of the organization that may read, as paths from the organization to an organizational unit, such as
   *   `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*`; every account but the owner's own when left out
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths
   */
  public static organization(organizationId: string, paths?: string[]): SecretReader {
    return new SecretReader({
      kind: 'organization',
      value: organizationId,
      paths,
      validate: path => {
        requireText(path, 'SecretReader.organization', organizationId, ORGANIZATION_ID);
        if (paths) requirePaths(path, organizationId, paths);
      },
    });
  }

  /**
   * An AWS service that reads secrets in its own name, such as `appflow.amazonaws.com`, on behalf of one account only.
   *
   * @param service the service principal
   * @param sourceAccount the account for which the service reads; that of the secret when left out
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html
   */
  public static servicePrincipal(service: string, sourceAccount?: string): SecretReader {
    return new SecretReader({
      kind: 'service',
      value: service,
      sourceAccount,
      validate: path => {
        requireText(path, 'SecretReader.servicePrincipal', service, SERVICE_PRINCIPAL);
        if (sourceAccount !== undefined) requireText(path, 'sourceAccount', sourceAccount, ACCOUNT_ID);
      },
    });
  }

  private constructor(private readonly identity: CheckedIdentity) {}

  /** @internal */
  public get _identity(): CheckedIdentity {
    return this.identity;
  }
}

function requirePaths(path: string, organizationId: string, paths: string[]): void {
  requireSome(path, 'paths', paths, 'leave it out for the whole organization');
  requireTexts(path, 'paths', paths, ORGANIZATION_PATH);
  const foreign = paths.find(each => !Token.isUnresolved(each) && each.split('/')[0] !== organizationId);
  if (foreign !== undefined) fail(path, `\`paths\` must lie in organization ${organizationId}, got ${JSON.stringify(foreign)}`);
}
