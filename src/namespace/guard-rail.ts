import { aws_iam as iam, Token } from 'aws-cdk-lib';
import { SECRET_VALUE_ACCESS } from '../private/actions';
import { ORGANIZATION_ID, PRINCIPAL_ARN_PATTERN, requireSome, requireTexts, TextRule, VPC_ENDPOINT_ID } from '../private/validation';

/** Options of `GuardRail.denyOutsideVpcEndpoints`. */
export interface VpcEndpointGuardRailOptions {
  /**
   * ARNs, or patterns of ARNs, of principals that may come from elsewhere, such as the role with which
   * CloudFormation resolves dynamic references.
   *
   * @default - the denial holds for everybody
   */
  readonly exceptPrincipals?: string[];
}

/** What a factory was given, kept so that the namespace can name itself in the error. */
interface GivenValues {
  readonly factory: string;
  readonly values: string[];
  readonly rule: TextRule;
  readonly exceptPrincipals?: string[];
}

/**
 * A statement that denies, and that every secret of a namespace inherits in its resource policy.
 *
 * A denial holds whatever an identity policy allows, now or later.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html
 */
export class GuardRail {
  /**
   * Deny every action to principals that are not members of an organization. AWS services that act for you are let through.
   *
   * @param organizationId such as `o-a1b2c3d4e5`
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgid
   */
  public static denyOutsideOrganization(organizationId: string): GuardRail {
    return new GuardRail({ factory: 'denyOutsideOrganization', values: [organizationId], rule: ORGANIZATION_ID }, {
      sid: 'DenyOutsideOrganization',
      actions: ['secretsmanager:*'],
      conditions: {
        StringNotEqualsIfExists: { 'aws:PrincipalOrgID': organizationId },
        BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
      },
    });
  }

  /**
   * Deny `GetSecretValue` and `PutSecretValue`, unless the request comes through one of these VPC endpoints. `UpdateSecret`, with
   * which CloudFormation deploys, is not denied.
   *
   * Calls that an AWS service makes with the caller's own session are let through. Calls made with a role that a service
   * was given are not: the console, dynamic references resolved with a CloudFormation role, and rotation functions outside
   * of the VPC stop working, unless that role is among `exceptPrincipals`.
   *
   * @param vpcEndpointIds such as `vpce-0123456789abcdef0`
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/vpc-endpoint-overview.html
   */
  public static denyOutsideVpcEndpoints(vpcEndpointIds: string[], options: VpcEndpointGuardRailOptions = {}): GuardRail {
    const exceptPrincipals = options.exceptPrincipals ?? [];
    return new GuardRail({ factory: 'denyOutsideVpcEndpoints', values: vpcEndpointIds, rule: VPC_ENDPOINT_ID, exceptPrincipals }, {
      sid: 'DenyOutsideVpcEndpoints',
      actions: SECRET_VALUE_ACCESS,
      conditions: {
        StringNotEquals: { 'aws:SourceVpce': vpcEndpointIds },
        BoolIfExists: { 'aws:PrincipalIsAWSService': 'false', 'aws:ViaAWSService': 'false' },
        ...(exceptPrincipals.length > 0 && { ArnNotLike: { 'aws:PrincipalArn': exceptPrincipals } }),
      },
    });
  }

  /**
   * Deny every action to these principals, such as the roles of other environments.
   *
   * @param principalArns ARNs or patterns, such as `arn:aws:iam::111122223333:role/staging-*`
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
   */
  public static denyPrincipals(principalArns: string[]): GuardRail {
    return new GuardRail({ factory: 'denyPrincipals', values: principalArns, rule: PRINCIPAL_ARN_PATTERN }, {
      sid: 'DenyPrincipals',
      actions: ['secretsmanager:*'],
      conditions: { ArnLike: { 'aws:PrincipalArn': principalArns } },
    });
  }

  private constructor(
    private readonly given: GivenValues,
    private readonly statement: Omit<iam.PolicyStatementProps, 'effect' | 'principals' | 'resources'>,
  ) {}

  /**
   * The name of the factory, of which a namespace takes each once.
   *
   * @internal
   */
  public get _kind(): string {
    return this.given.factory;
  }

  /**
   * Whether the guard rail is known to deny what comes through this VPC endpoint, or through none; a token is not known.
   *
   * @internal
   */
  public _deniesThrough(vpcEndpointId: string | undefined): boolean {
    const { factory, values, exceptPrincipals = [] } = this.given;
    if (factory !== 'denyOutsideVpcEndpoints' || exceptPrincipals.length > 0) return false;
    return !values.some(value => value === vpcEndpointId || Token.isUnresolved(value));
  }

  /**
   * Fails when a value is not of its form.
   *
   * @internal
   */
  public _validate(path: string): void {
    const { factory, values, rule, exceptPrincipals = [] } = this.given;
    requireSome(path, `GuardRail.${factory}`, values, 'leave the guard rail out where there is nothing to guard');
    requireTexts(path, `GuardRail.${factory}`, values, rule);
    requireTexts(path, 'exceptPrincipals', exceptPrincipals, PRINCIPAL_ARN_PATTERN);
  }

  /**
   * The statement for one resource policy. The resource is `*`: the service copies the policy to replicas, whose ARN differs.
   *
   * @internal
   */
  public _render(): iam.PolicyStatement {
    return new iam.PolicyStatement({
      ...this.statement,
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      resources: ['*'],
    });
  }
}
