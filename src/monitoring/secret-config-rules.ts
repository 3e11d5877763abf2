import { aws_config as config, aws_iam as iam, type aws_kms as kms, Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { claimConfigRules } from './private/config-rules-of-account';
import { driftRole, requireDriftStacks } from './private/stack-drift';
import { requireOwnRegion } from './private/watched-secrets';
import { fail, pathOf } from '../private/errors';
import { withInjected } from '../private/property-injection';
import { requireSome, requireWhole } from '../private/validation';

/** A rule of AWS Config about secrets. */
export enum SecretConfigRule {
  /** The secret has rotation turned on, and is rotated often enough. */
  ROTATION_ENABLED = 'ROTATION_ENABLED',
  /** The last scheduled rotation has succeeded. */
  ROTATION_SUCCESS = 'ROTATION_SUCCESS',
  /** The secret was rotated within so many days, be rotation turned on or not. */
  PERIODIC_ROTATION = 'PERIODIC_ROTATION',
  /** The secret was read within so many days. */
  UNUSED = 'UNUSED',
  /** The secret is encrypted under a customer managed key. */
  USING_CMK = 'USING_CMK',
}

/** Properties of `SecretConfigRules`. */
export interface SecretConfigRulesProps {
  /**
   * Rules to leave out.
   *
   * @default - all five rules are created
   */
  readonly without?: SecretConfigRule[];

  /**
   * The longest time between two rotations that a schedule may have: whole hours, at most 1,000 days.
   *
   * @default Duration.days(90)
   */
  readonly maxRotationInterval?: Duration;

  /**
   * How long ago the last rotation may be: whole days, at most 1,000. Secrets that nothing rotates are found by this rule too.
   *
   * @default Duration.days(90)
   */
  readonly maxSinceRotation?: Duration;

  /**
   * How long ago the last read may be: whole days, at most 1,000.
   *
   * @default Duration.days(90)
   */
  readonly unusedAfter?: Duration;

  /**
   * The keys that secrets may be encrypted under, of this account and region.
   *
   * @default - any customer managed key
   */
  readonly encryptionKeys?: kms.IKey[];

  /**
   * Which secrets are looked at, such as those with a tag: `RuleScope.fromTag('service', 'payments')`. Of the rules, those that look at a change have a
   * scope: all but `PERIODIC_ROTATION` and `UNUSED`, which look at every secret of the account and region.
   *
   * @default - every secret of the account and region
   */
  readonly ruleScope?: config.RuleScope;

  /**
   * Stacks whose resources are compared with what was deployed, resource policies of secrets included. One rule each. The stacks are of this account and region.
   *
   * @default - nothing is compared with what was deployed
   * @see https://docs.aws.amazon.com/config/latest/developerguide/cloudformation-stack-drift-detection-check.html
   */
  readonly driftOf?: Stack[];

  /**
   * The role with which CloudFormation reads the resources of those stacks. Give one where a stack has more than secrets, their policies, schedules and
   * keys: it needs to read each kind of resource there.
   *
   * @default - a role that reads secrets and keys, without their values
   */
  readonly driftRole?: iam.IRole;
}

/**
 * Rules of AWS Config for the secrets of an account and region: the five managed rules for secrets, and the drift of stacks from what was deployed.
 *
 * Create it once an account and region, in which the configuration recorder records `AWS::SecretsManager::Secret`. What breaks a rule is shown in
 * AWS Config; `SecretMonitoring` is what pages.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/configuring-awsconfig-rules.html
 * @see https://docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html
 */
export class SecretConfigRules extends Construct {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.SecretConfigRules';

  /** The names of the rules, by which AWS Config shows them. */
  public readonly ruleNames: string[];

  constructor(scope: Construct, id: string, props: SecretConfigRulesProps = {}) {
    props = withInjected(SecretConfigRules.PROPERTY_INJECTION_ID, scope, id, props);
    const path = pathOf(scope, id);
    requireProps(path, scope, props);
    claimConfigRules(path, Stack.of(scope));
    super(scope, id);
    const managed = Object.entries(managedRules(props)).filter(([name]) => !props.without?.includes(name as SecretConfigRule));
    const rules = managed.map(([name, rule]) => new config.ManagedRule(this, name, rule));
    this.ruleNames = [...rules, ...this._drift(props)].map(rule => rule.configRuleName);
  }

  private _drift({ driftOf = [], driftRole: given }: SecretConfigRulesProps): config.ManagedRule[] {
    if (driftOf.length === 0) return [];
    const role = given ?? driftRole(this, driftOf);
    return driftOf.map(stack => new config.ManagedRule(this, `DRIFT-${stack.node.path}`, {
      identifier: config.ManagedRuleIdentifiers.CLOUDFORMATION_STACK_DRIFT_DETECTION_CHECK,
      description: `The resources of ${stack.node.path} are as they were deployed, resource policies of secrets included.`,
      inputParameters: { cloudformationRoleArn: role.roleArn },
      ruleScope: config.RuleScope.fromResource(config.ResourceType.CLOUDFORMATION_STACK, stack.stackId),
      maximumExecutionFrequency: config.MaximumExecutionFrequency.TWENTY_FOUR_HOURS,
    }));
  }
}

function managedRules(props: SecretConfigRulesProps): Record<SecretConfigRule, config.ManagedRuleProps> {
  const ruleScope = props.ruleScope ?? config.RuleScope.fromResources([config.ResourceType.SECRETS_MANAGER_SECRET]);
  const identifiers = config.ManagedRuleIdentifiers;
  return {
    ROTATION_ENABLED: {
      identifier: identifiers.SECRETSMANAGER_ROTATION_ENABLED_CHECK,
      description: 'Every secret is rotated, and often enough.',
      inputParameters: interval(props.maxRotationInterval ?? Duration.days(90)),
      ruleScope,
    },
    ROTATION_SUCCESS: {
      identifier: identifiers.SECRETSMANAGER_SCHEDULED_ROTATION_SUCCESS_CHECK,
      description: 'The last scheduled rotation of every secret has succeeded.',
      ruleScope,
    },
    PERIODIC_ROTATION: {
      identifier: identifiers.SECRETSMANAGER_SECRET_PERIODIC_ROTATION,
      description: 'Every secret was rotated within the time.',
      inputParameters: { maxDaysSinceRotation: (props.maxSinceRotation ?? Duration.days(90)).toDays() },
    },
    UNUSED: {
      identifier: identifiers.SECRETSMANAGER_SECRET_UNUSED,
      description: 'Every secret was read within the time.',
      inputParameters: { unusedForDays: (props.unusedAfter ?? Duration.days(90)).toDays() },
    },
    USING_CMK: {
      identifier: identifiers.SECRETSMANAGER_USING_CMK,
      description: 'Every secret is encrypted under a customer managed key.',
      inputParameters: props.encryptionKeys && { kmsKeyArns: props.encryptionKeys.map(key => key.keyArn).join(',') },
      ruleScope,
    },
  };
}

/** The rule takes days or hours. */
function interval(most: Duration): Record<string, number> {
  const hours = most.toHours();
  return hours % 24 === 0 ? { maximumAllowedRotationFrequency: hours / 24 } : { maximumAllowedRotationFrequencyInHours: hours };
}

/** Secrets Manager rotates within 4 hours to 1,000 days. */
function requireProps(path: string, scope: Construct, props: SecretConfigRulesProps): void {
  requireUnits(path, 'maxRotationInterval', props.maxRotationInterval, { unit: 'hours', min: 4, max: 24_000 });
  requireUnits(path, 'maxSinceRotation', props.maxSinceRotation, { unit: 'days', min: 1, max: 1000 });
  requireUnits(path, 'unusedAfter', props.unusedAfter, { unit: 'days', min: 1, max: 1000 });
  if (props.encryptionKeys) requireSome(path, 'encryptionKeys', props.encryptionKeys, 'leave it out for any customer managed key');
  props.encryptionKeys?.forEach(key => requireOwnRegion(path, 'encryptionKeys', Stack.of(scope), key.env));
  requireDriftStacks(path, Stack.of(scope), props.driftOf ?? []);
  if (props.driftRole && !props.driftOf?.length) fail(path, '`driftRole` needs `driftOf`, the stacks that are looked at with it; name the stacks or leave the role out');
  if (new Set(props.without).size === Object.keys(SecretConfigRule).length && !props.driftOf?.length) {
    fail(path, '`without` must leave a rule, got all of them; leave the construct out instead');
  }
}

function requireUnits(path: string, prop: string, duration: Duration | undefined, { unit, ...range }: { unit: 'hours' | 'days'; min: number; max: number }): void {
  if (duration === undefined) return;
  const value = unit === 'hours' ? duration.toHours({ integral: false }) : duration.toDays({ integral: false });
  requireWhole(path, `${prop} in ${unit}`, value, range);
}
