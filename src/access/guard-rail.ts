import { aws_iam as iam, Token } from 'aws-cdk-lib';
import { SECRET_VALUE_ACCESS } from '../private/actions';
import { fail } from '../private/errors';
import { arnLike, type GuardedCaller, type Ruling } from '../private/guarded-caller';
import {
  ORGANIZATION_ID, PRINCIPAL_ARN_PATTERN, REGION, requirePartition, requireSome, requireText, requireTexts, TextRule, VPC_ENDPOINT_ID,
} from '../private/validation';

/** Options of `GuardRail.denyOutsideVpcEndpoints`. */
export interface VpcEndpointGuardRailOptions {
  /**
   * ARNs, or patterns of ARNs, of principals that may come from elsewhere, such as the role with which
   * CloudFormation resolves dynamic references.
   *
   * @default - the denial holds for everybody
   */
  readonly exceptPrincipals?: string[];

  /**
   * The endpoints in the regions to which secrets are replicated, by their region: `{ 'us-west-2': ['vpce-0aaaaaaaaaaaaaaa0'] }`. An endpoint
   * is of one region, and Secrets Manager copies the policy to replicas as it is, so the one statement lets in through all of them.
   *
   * @default - no further endpoints; a secret with replicas warns that they cannot be read
   */
  readonly replicaVpcEndpointIds?: { [region: string]: string[] };
}

/** What a factory was given, kept so that the namespace can name itself in the error. */
interface GivenValues {
  readonly factory: string;
  readonly values: string[];
  readonly rule: TextRule;
  readonly exceptPrincipals?: string[];
  readonly replicas?: { [region: string]: string[] };
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
   * Deny `GetSecretValue` and `PutSecretValue`, unless the request comes through one of these VPC endpoints. `UpdateSecret` is not denied.
   *
   * Calls that an AWS service makes in a forward access session are let through (`aws:ViaAWSService`). So CloudFormation works on secrets and
   * target attachments, with an execution role or without. Other calls from outside of the VPC stop working, unless their role is among
   * `exceptPrincipals`: people, rotation functions without a VPC, and services that take a role on, as dynamic references may need.
   *
   * @param vpcEndpointIds such as `vpce-0123456789abcdef0`
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/vpc-endpoint-overview.html
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/fas-requests-and-permission-evaluation.html
   */
  public static denyOutsideVpcEndpoints(vpcEndpointIds: string[], options: VpcEndpointGuardRailOptions = {}): GuardRail {
    const { exceptPrincipals = [], replicaVpcEndpointIds: replicas = {} } = options;
    return new GuardRail({ factory: 'denyOutsideVpcEndpoints', values: vpcEndpointIds, rule: VPC_ENDPOINT_ID, exceptPrincipals, replicas }, {
      sid: 'DenyOutsideVpcEndpoints',
      actions: SECRET_VALUE_ACCESS,
      conditions: {
        StringNotEquals: { 'aws:SourceVpce': [vpcEndpointIds, ...Object.values(replicas)].flat() },
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
   * What the guard rail says of a caller of the account, of whom all or little may be known.
   *
   * @internal
   */
  public _rule({ principalArn = '', way }: GuardedCaller): Ruling {
    const { factory, values, exceptPrincipals = [] } = this.given;
    const isNamed = (patterns: string[]) => patterns.some(pattern => arnLike(principalArn, pattern));
    if (factory === 'denyPrincipals') return isNamed(values) ? 'denies' : 'lets in';
    if (factory === 'denyOutsideOrganization' || isNamed(exceptPrincipals)) return 'lets in';
    if (way?.vpcEndpointId !== undefined && values.includes(way.vpcEndpointId)) return 'lets in';
    return exceptPrincipals.length > 0 || way === undefined || this.mayBeAmong(way.vpcEndpointId) ? 'depends' : 'denies';
  }

  /**
   * Whether the guard rail keeps everybody from a replica there, as far as is known.
   *
   * @internal
   */
  public _closesReplicaIn(region: string): boolean {
    const { factory, replicas = {} } = this.given;
    return factory === 'denyOutsideVpcEndpoints' && replicas[region] === undefined;
  }

  /**
   * Whether the guard rail keeps out every principal of that organization.
   *
   * @internal
   */
  public _isClosedTo(organizationId: string): boolean {
    const { factory, values } = this.given;
    return factory === 'denyOutsideOrganization' && ![...values, organizationId].some(each => Token.isUnresolved(each)) && !values.includes(organizationId);
  }

  /** An endpoint is known at synthesis, or there is none; else it may be any. */
  private mayBeAmong(vpcEndpointId: string | undefined): boolean {
    return vpcEndpointId !== undefined && [vpcEndpointId, ...this.given.values].some(each => Token.isUnresolved(each));
  }

  /**
   * Fails when a value is not of its form.
   *
   * @internal
   */
  public _validate(path: string, region: string): void {
    const { factory, values, rule, exceptPrincipals = [], replicas = {} } = this.given;
    requireSome(path, `GuardRail.${factory}`, values, 'leave the guard rail out where there is nothing to guard');
    requireTexts(path, `GuardRail.${factory}`, values, rule);
    requireTexts(path, 'exceptPrincipals', exceptPrincipals, PRINCIPAL_ARN_PATTERN);
    requirePartition(path, 'exceptPrincipals', region, exceptPrincipals);
    if (rule === PRINCIPAL_ARN_PATTERN) requirePartition(path, `GuardRail.${factory}`, region, values);
    if (Token.isUnresolved(values) && Object.keys(replicas).length > 0) {
      fail(path, '`replicaVpcEndpointIds` must stand beside a list whose length is known, got one that is a token; name each endpoint, for which a token may stand');
    }
    for (const [replicaRegion, vpcEndpointIds] of Object.entries(replicas)) {
      requireText(path, 'replicaVpcEndpointIds', replicaRegion, REGION);
      requireSome(path, 'replicaVpcEndpointIds', vpcEndpointIds, `name an endpoint in ${replicaRegion}, or leave the region out`);
      requireTexts(path, 'replicaVpcEndpointIds', vpcEndpointIds, rule);
    }
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
