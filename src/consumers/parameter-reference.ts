import { Arn, ArnFormat, aws_iam as iam, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { requireManaged } from './private/consumed-secrets';
import { PARAMETER_READ } from '../private/actions';
import { fail } from '../private/errors';
import type { IManagedSecret } from '../secret/managed-secret-props';
import { knownName } from '../secret/private/known-name';

/** Parameter Store finds secrets of its own account and region under this path. */
const REFERENCE_PATH = '/aws/reference/secretsmanager/';

/**
 * A secret by the name that Parameter Store of AWS Systems Manager has for it, for those who can read a parameter and nothing else.
 *
 * A reader asks for `WithDecryption`, by `GetParameter` or `GetParameters`, and gets the whole value that is `AWSCURRENT`. The call goes
 * on to Secrets Manager in the name of the reader, which therefore needs secret and key as well.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html
 *
 * @example
 * const reference = ParameterReference.of(apiKey);
 * reference.grantRead(checkoutFunction);
 * checkoutFunction.addEnvironment('API_KEY_PARAMETER', reference.parameterName);
 */
export class ParameterReference {
  /**
   * Throws an error for a secret of another account, which Parameter Store does not find.
   *
   * @param secret one of this package; a replica, `secret.replica(region)`, for readers of its region
   */
  public static of(secret: IManagedSecret): ParameterReference {
    requireManaged(secret?.node.path ?? '', 'secret', [secret]);
    const { account } = Stack.of(secret);
    if (isOther(account, secret.env.account)) failOnAccount(secret, `the stack is of ${account}`);
    return new ParameterReference(secret);
  }

  /** The name of the parameter: `/aws/reference/secretsmanager/` and the name of the secret. */
  public readonly parameterName: string;

  private readonly secret: IManagedSecret;

  private constructor(secret: IManagedSecret) {
    this.secret = secret;
    this.parameterName = `${REFERENCE_PATH}${knownName(secret)}`;
  }

  /** The ARN of the parameter, in the account and region of the secret. */
  public get parameterArn(): string {
    const { env: { account, region } } = this.secret;
    return Arn.format({
      service: 'ssm', account, region, resource: 'parameter', resourceName: this.parameterName.slice(1), arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    }, Stack.of(this.secret));
  }

  /**
   * Read the value as a parameter: `ssm:GetParameter` and `ssm:GetParameters` on this parameter, and `grantRead` on the secret, which
   * includes its key. Throws an error for a grantee of another account, and where `grantRead` does.
   *
   * @param grantee a principal whose policy this app can write, such as a role or a function
   */
  public grantRead(grantee: iam.IGrantable): iam.Grant {
    const { principalAccount } = grantee.grantPrincipal;
    if (isOther(this.secret.env.account, principalAccount)) failOnAccount(this.secret, `the grantee is of ${principalAccount}`);
    return this.secret.grantRead(grantee)
      .combine(iam.Grant.addToPrincipal({ grantee, actions: PARAMETER_READ, resourceArns: [this.parameterArn] }));
  }
}

function isOther(account: string, other: string | undefined): boolean {
  return other !== undefined && Token.compareStrings(account, other) === TokenComparison.DIFFERENT;
}

function failOnAccount(secret: IManagedSecret & IConstruct, got: string): never {
  return fail(secret.node.path, `\`ParameterReference\` must be used within the account of the secret, ${secret.env.account}, where Parameter `
    + `Store finds it, and ${got}; read the secret by its ARN with \`grantRead\``);
}
