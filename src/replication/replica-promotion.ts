import { aws_iam as iam, aws_ssm as ssm, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { automationRole, startingAutomation } from './private/automation-role';
import { REPLICA_PROMOTE } from '../private/actions';
import { fail, pathOf } from '../private/errors';
import { withInjected } from '../private/property-injection';
import { requireSome } from '../private/validation';
import type { ManagedSecret } from '../secret/managed-secret';

/** Properties of `ReplicaPromotion`. */
export interface ReplicaPromotionProps {
  /** The secrets whose replicas in this stack's region can be promoted. Their names must be known at synthesis. */
  readonly secrets: ManagedSecret[];
}

/**
 * A runbook of Systems Manager Automation that promotes a replica to a standalone secret, for a failover to this stack's region.
 *
 * Create it in a stack of the replica's region: runbook, role and secret are there when the primary's region is not. It changes
 * nothing until somebody starts it.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/standalone-secret.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-automation.html
 */
export class ReplicaPromotion extends Construct {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.ReplicaPromotion';

  /** The name of the runbook, for `StartAutomationExecution`. Its parameter `SecretName` takes the name of one of the secrets. */
  public readonly documentName: string;

  /** The role with which the runbook works: it may describe and promote these replicas, and nothing else. */
  public readonly role: iam.IRole;

  constructor(scope: Construct, id: string, props: ReplicaPromotionProps) {
    props = withInjected(ReplicaPromotion.PROPERTY_INJECTION_ID, scope, id, props);
    const path = pathOf(scope, id);
    const { region } = Stack.of(scope);
    requireSome(path, 'secrets', props.secrets, 'name the secrets that may have to be promoted');
    props.secrets.forEach(secret => requireReplica(path, region, secret));
    const primaryRegion = primaryRegionOf(path, props.secrets);
    super(scope, id);
    const names = props.secrets.map(secret => secret._name!);
    this.role = automationRole(this, `Promotes replicas of secrets in ${region}`, [new iam.PolicyStatement({
      actions: REPLICA_PROMOTE,
      resources: props.secrets.map(secret => secret.replica(region).secretArnForPolicies),
    })]);
    this.documentName = new ssm.CfnDocument(this, 'Document', {
      documentType: 'Automation',
      updateMethod: 'NewVersion',
      content: runbook(primaryRegion, this.role.roleArn, names),
    }).ref;
  }

  /** Start the runbook. To follow it, the grantee needs `ssm:GetAutomationExecution` as well. */
  public grantStart(grantee: iam.IGrantable): iam.Grant {
    const grants = startingAutomation(this, this.documentName, this.role).map(statement => iam.Grant.addToPrincipal({
      grantee, actions: statement.actions, resourceArns: statement.resources, conditions: statement.conditions,
    }));
    return grants.reduce((all, each) => all.combine(each));
  }
}

/** The runbook makes sure that it has a replica of that region before it. */
function primaryRegionOf(path: string, secrets: ManagedSecret[]): string {
  const regions = [...new Set(secrets.map(secret => secret.env.region))];
  if (regions.length > 1) {
    fail(path, `\`secrets\` must have their primaries in one region, got ${regions.join(', ')}; create a ReplicaPromotion for each`);
  }
  return regions[0];
}

function requireReplica(path: string, region: string, secret: ManagedSecret): void {
  if (!secret.readRegions.slice(1).includes(region)) {
    fail(path, `this construct must be in a stack of a replica region of ${secret.node.path} `
      + `(${secret.readRegions.slice(1).join(', ') || 'it has none'}), `
      + `got one of ${region}; create it in a stack there`);
  }
  if (secret._name === undefined) {
    fail(path, `\`secrets\` must have a name that is known at synthesis, and CloudFormation made that of ${secret.node.path}; `
      + 'promote it by hand, as the guide says');
  }
}

/** The first step fails on a secret that is standalone already, or a replica of something else. */
function runbook(primaryRegion: string, assumeRole: string, secretNames: string[]): object {
  const ofSecret = { Service: 'secretsmanager', SecretId: '{{ SecretName }}' };
  return {
    schemaVersion: '0.3',
    description: 'Promotes the replica of a secret to a standalone secret of this region, '
      + `for the time that ${primaryRegion} cannot be used.`,
    assumeRole,
    parameters: {
      SecretName: { type: 'String', description: 'The name of the secret to promote.', allowedValues: secretNames },
    },
    mainSteps: [
      {
        name: 'ConfirmReplica',
        description: `The secret is a replica, and its primary is in ${primaryRegion}.`,
        action: 'aws:assertAwsResourceProperty',
        inputs: { ...ofSecret, Api: 'DescribeSecret', PropertySelector: '$.PrimaryRegion', DesiredValues: [primaryRegion] },
      },
      {
        name: 'Promote',
        description: 'From here on the secret takes changes in this region, and none from its former primary.',
        action: 'aws:executeAwsApi',
        inputs: { ...ofSecret, Api: 'StopReplicationToReplica' },
        outputs: [{ Name: 'SecretArn', Selector: '$.ARN', Type: 'String' }],
        isEnd: true,
      },
    ],
    outputs: ['Promote.SecretArn'],
  };
}
