import type { aws_iam as iam } from 'aws-cdk-lib';
import { type GuardRailKind, ofDeletion, ofPrincipals, outsideOrganization, outsideVpcEndpoints } from './private/guard-rail-kind';
import { ownStatement } from './private/own-guard-rail';
import type { GuardedRequest, Ruling } from '../private/guarded-caller';
import { requireEachMade } from '../private/validation';

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
   * The endpoints in the regions to which secrets are replicated, by their region: `{ 'us-west-2': ['vpce-0aaaaaaaaaaaaaaa0'] }`. An
   * endpoint is of one region, and Secrets Manager copies the policy to replicas as it is, so the one statement lets in through all of
   * them.
   *
   * @default - no further endpoints; a secret with replicas warns that they cannot be read
   */
  readonly replicaVpcEndpointIds?: { [region: string]: string[] };
}

/** Options of `GuardRail.denyDeletion`. */
export interface DeletionGuardRailOptions {
  /**
   * ARNs, or patterns of ARNs, of principals that may delete a secret when another policy allows it.
   *
   * @default - nobody may
   */
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
    return new GuardRail(outsideOrganization(organizationId));
  }

  /**
   * Deny `GetSecretValue` and `PutSecretValue`, unless the request comes through one of these VPC endpoints. `UpdateSecret` is not denied.
   *
   * Calls that an AWS service makes in a forward access session are let through (`aws:ViaAWSService`). So CloudFormation works on secrets
   * and target attachments, with an execution role or without. Other calls from outside of the VPC stop working, unless their role is among
   * `exceptPrincipals`: people, rotation functions without a VPC, and services that take a role on, as dynamic references may need.
   *
   * @param vpcEndpointIds such as `vpce-0123456789abcdef0`
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/vpc-endpoint-overview.html
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/fas-requests-and-permission-evaluation.html
   */
  public static denyOutsideVpcEndpoints(vpcEndpointIds: string[], options: VpcEndpointGuardRailOptions = {}): GuardRail {
    const { exceptPrincipals = [], replicaVpcEndpointIds: replicas = {} } = options;
    return new GuardRail(outsideVpcEndpoints({ vpcEndpointIds, exceptPrincipals, replicas }));
  }

  /**
   * Deny every action to these principals, such as the roles of other environments.
   *
   * @param principalArns ARNs or patterns, such as `arn:aws:iam::111122223333:role/staging-*`
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
   */
  public static denyPrincipals(principalArns: string[]): GuardRail {
    return new GuardRail(ofPrincipals(principalArns));
  }

  /**
   * Deny `DeleteSecret`, with a recovery window and without one, to everybody but `exceptPrincipals`.
   *
   * CloudFormation deletes a secret whose removal policy is `DESTROY` all the same, because it deletes the resource policy first; such a
   * secret warns of it. Who may call `DeleteResourcePolicy` or `PutResourcePolicy` can take the guard rail away, and
   * `RemoveRegionsFromReplication` deletes replicas: neither is denied.
   *
   * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
   */
  public static denyDeletion(options: DeletionGuardRailOptions = {}): GuardRail {
    return new GuardRail(ofDeletion(options.exceptPrincipals ?? []));
  }

  /**
   * A statement of your own. What it denies to a rotation function, to CloudFormation, or to a reader of another account is an error when
   * it denies that to everybody without a condition, and else a warning.
   *
   * @param statement has the effect `Deny`, a `sid` that no other guard rail of the namespace has, principals and no `NotPrincipal`,
   *   actions of Secrets Manager alone, and the resource `*`, because the policy is copied to replicas; the namespace throws an error
   *   otherwise
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html
   */
  public static fromStatement(statement: iam.PolicyStatement): GuardRail {
    return new GuardRail(ownStatement(statement));
  }

  private constructor(private readonly kind: GuardRailKind) {}

  /**
   * How messages name it, behind `GuardRail.`.
   *
   * @internal
   */
  public get _name(): string {
    return this.kind.name;
  }

  /**
   * Of the statement; a namespace takes each once.
   *
   * @internal
   */
  public get _sid(): string | undefined {
    return this.kind.sid;
  }

  /**
   * It is there so that nobody deletes a secret.
   *
   * @internal
   */
  public get _keepsSecrets(): boolean {
    return this.kind.keepsSecrets;
  }

  /**
   * What the guard rail says of a request, of whose caller all or little may be known.
   *
   * @internal
   */
  public _rule(request: GuardedRequest): Ruling {
    return this.kind.rule(request);
  }

  /**
   * Why a request is denied, and what to do.
   *
   * @internal
   */
  public _remedy(request: GuardedRequest): string {
    return this.kind.remedy(request);
  }

  /**
   * Whether the guard rail keeps everybody from a replica there, as far as is known.
   *
   * @internal
   */
  public _closesReplicaIn(region: string): boolean {
    return this.kind.closesReplicaIn(region);
  }

  /**
   * Fails when a value is not of its form.
   *
   * @internal
   */
  public _validate(path: string, region: string): void {
    this.kind.validate(path, region);
  }

  /**
   * The statement for one resource policy.
   *
   * @internal
   */
  public _render(): iam.PolicyStatement {
    return this.kind.render();
  }
}

/** JavaScript passes its statement, or null. */
export function requireGuardRails(path: string, guardRails: GuardRail[] | undefined): void {
  requireEachMade(path, 'guardRails', guardRails, { member: '_keepsSecrets', words: 'a GuardRail, such as GuardRail.denyDeletion()' });
}
