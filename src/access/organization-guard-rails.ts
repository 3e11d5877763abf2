import { aws_iam as iam, aws_organizations as organizations, Names, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { type GuardRail, requireGuardRails } from './guard-rail';
import { requireDeploymentRoles, requireFit, requireForEverybody, requireOneOfEach } from './private/organization-rules';
import { ofPrincipals, onSecrets } from './private/organization-statements';
import { pathOf } from '../private/errors';
import { withInjected } from '../private/property-injection';
import { ACCOUNT_ID, ORGANIZATION_TARGET, requireSome, requireTexts } from '../private/validation';

/** Properties of `OrganizationGuardRails`. */
export interface OrganizationGuardRailsProps {
  /**
   * ARNs, or patterns of ARNs, of the roles that may change resource policies, the tags that policies rest on, and keys: those with which
   * CloudFormation deploys, such as `arn:aws:iam::*:role/cdk-*-cfn-exec-role-*`, and those of runbooks such as `EmergencyRevocation`.
   * Whoever may create a role of such a name is not stopped.
   */
  readonly deploymentRoles: string[];

  /**
   * The root, the organizational units and the accounts to which the policies are attached, such as `ou-ab12-11111111`.
   *
   * @default - the policies are created and attached to nothing
   */
  readonly targetIds?: string[];

  /**
   * Guard rails that hold on every secret of those accounts, whoever made it.
   *
   * @default - none beside those of this construct
   */
  readonly guardRails?: GuardRail[];

  /**
   * Accounts whose keys may encrypt secrets of other accounts.
   *
   * @default - a secret is encrypted under a key of its own account
   */
  readonly keyAccounts?: string[];
}

/**
 * The guard rails of an organization: a service control policy, which says what principals of its accounts may not do, and a resource
 * control policy, which says what nobody may do with its secrets. Deploy it once, in the management account or in one that administers
 * policies for it. The management account itself and service-linked roles are bound by neither policy.
 *
 * Denied are: a resource policy without `BlockPublicPolicy`; keys of other accounts for a secret; and, to all but `deploymentRoles`,
 * changes of resource policies, of the tags `environment`, `service`, `owner`, `cost-center` and those of rotation, and of keys that
 * have an alias below `alias/secrets/`. Other tags of a namespace, by its `tagKeys` or `tags`, are not protected.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_authorization_policies.html
 */
export class OrganizationGuardRails extends Construct {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.OrganizationGuardRails';

  /** What is denied to the principals of the accounts. */
  public readonly serviceControlPolicy: iam.PolicyDocument;

  /** What is denied on the secrets of the accounts. */
  public readonly resourceControlPolicy: iam.PolicyDocument;

  constructor(scope: Construct, id: string, props: OrganizationGuardRailsProps) {
    props = withInjected(OrganizationGuardRails.PROPERTY_INJECTION_ID, scope, id, props);
    const path = pathOf(scope, id);
    requireProps(path, Stack.of(scope).region, props);
    const { deploymentRoles, guardRails = [], keyAccounts } = props;
    const ofSecrets = [...guardRails.map(each => each._render()), ...onSecrets(deploymentRoles)];
    requireOneOfEach(path, ofSecrets);
    const serviceControl = documentOf(ofPrincipals(deploymentRoles, keyAccounts ?? []));
    const resourceControl = documentOf(ofSecrets.map(forEverybody));
    requireFit(path, 'service control policy', Stack.of(scope).resolve(serviceControl));
    requireFit(path, 'resource control policy', Stack.of(scope).resolve(resourceControl));
    super(scope, id);
    this.serviceControlPolicy = serviceControl;
    this.resourceControlPolicy = resourceControl;
    this._attach('ServiceControl', { type: 'SERVICE_CONTROL_POLICY', content: serviceControl, targetIds: props.targetIds });
    this._attach('ResourceControl', { type: 'RESOURCE_CONTROL_POLICY', content: resourceControl, targetIds: props.targetIds });
  }

  /** The name is unique in the organization; the content is an object, without which CloudFormation finds no drift. */
  private _attach(id: keyof typeof DESCRIPTIONS, props: Omit<organizations.CfnPolicyProps, 'name'>): void {
    const name = `${Names.uniqueResourceName(this, { maxLength: 100, separator: '-' })}-${id}`;
    new organizations.CfnPolicy(this, id, { ...props, name, description: DESCRIPTIONS[id] });
  }
}

const DESCRIPTIONS = {
  ServiceControl: 'Secrets are encrypted under keys of their account, and keys of secrets are changed by deployments alone.',
  ResourceControl: 'Resource policies of secrets block public access, and they and the tags of secrets are changed by deployments alone.',
};

function documentOf(statements: iam.PolicyStatement[]): iam.PolicyDocument {
  return new iam.PolicyDocument({ statements, minimize: false });
}

/** A resource control policy takes the principal `"*"` alone, and in that form. */
function forEverybody(statement: iam.PolicyStatement): iam.PolicyStatement {
  return statement.copy({ principals: [new iam.StarPrincipal()] });
}

function requireProps(path: string, region: string, props: OrganizationGuardRailsProps): void {
  const { deploymentRoles, targetIds, guardRails = [], keyAccounts } = props;
  requireGuardRails(path, guardRails);
  requireDeploymentRoles(path, region, deploymentRoles);
  requireTexts(path, 'targetIds', targetIds ?? [], ORGANIZATION_TARGET);
  if (targetIds) requireSome(path, 'targetIds', targetIds, 'leave it out to attach the policies to nothing');
  requireTexts(path, 'keyAccounts', keyAccounts ?? [], ACCOUNT_ID);
  guardRails.forEach(guardRail => {
    guardRail._validate(path, region);
    requireForEverybody(path, guardRail);
  });
}
