import { ArnFormat, aws_iam as iam, aws_logs as logs, aws_ssm as ssm, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { COMMON } from './scripts/common';
import { escaped, requireOwnRegion, watchedSecrets } from './watched-secrets';
import { acknowledgeWildcard } from '../../private/acknowledgement';
import { SECRET_LIST } from '../../private/actions';
import { pathOf } from '../../private/errors';
import { automationRole, startingAutomation } from '../../replication/private/automation-role';
import type { ISecretRunbook, SecretRunbookProps } from '../secret-runbook';

/** A parameter of a runbook. */
interface Parameter {
  readonly type: 'String' | 'Boolean' | 'Integer';
  readonly description: string;
  readonly default?: string | boolean | number;
  readonly allowedPattern?: string;
  readonly allowedValues?: string[];
}

/** What a kind of runbook does. */
export interface RunbookDefinition {
  readonly description: string;
  readonly parameters: Record<string, Parameter>;
  /** Python, which follows what all have in common. */
  readonly script: string;
  readonly steps: readonly (ScriptStep | LoopStep)[];
  /** What the role may do on the secrets of the namespace. */
  readonly permissions: Pick<iam.PolicyStatementProps, 'actions' | 'conditions'>[];
  /** Whether it goes through all secrets, which it has to list. */
  readonly listsSecrets: boolean;
  /** Further statements of the role. */
  readonly furtherStatements?: iam.PolicyStatement[];
}

/** Calls a function of the script with the parameters of the runbook and what is given here. */
export interface ScriptStep {
  readonly name: string;
  readonly description: string;
  readonly handler: string;
  readonly payload?: Record<string, string>;
  readonly outputs?: Record<string, 'String' | 'Boolean' | 'Integer' | 'StringList'>;
}

/** Repeats a step for as long as its output `Remaining` is true. */
export interface LoopStep {
  readonly name: string;
  readonly description: string;
  readonly repeated: ScriptStep;
}

const DRY_RUN: Parameter = {
  type: 'Boolean', description: 'Say what would be done, and change nothing. Give false to do it.', default: true,
};

/** The most that Systems Manager allows a script and a loop. */
const SCRIPT_SECONDS = 600;
const MAX_ITERATIONS = 100;

/**
 * What the runbooks have in common.
 */
export abstract class Runbook extends Construct implements ISecretRunbook {
  public readonly documentName: string;
  public readonly role: iam.IRole;
  public readonly logGroup: logs.ILogGroup;

  /** @param define makes the definition, of which the patterns of parameters need the prefix */
  protected constructor(scope: Construct, id: string, props: SecretRunbookProps, define: (prefix: string) => RunbookDefinition) {
    const path = pathOf(scope, id);
    const { prefix } = watchedSecrets(path, { namespace: props.namespace });
    requireOwnRegion(path, 'namespace', Stack.of(scope), props.namespace.env);
    super(scope, id);
    const definition = define(prefix!);
    this.logGroup = props.logGroup ?? new logs.LogGroup(this, 'Log', { retention: logs.RetentionDays.ONE_YEAR, removalPolicy: RemovalPolicy.RETAIN });
    this.role = this.roleFor(props, definition);
    this.documentName = new ssm.CfnDocument(this, 'Document', {
      documentType: 'Automation',
      updateMethod: 'NewVersion',
      content: this.content(prefix!, definition),
    }).ref;
  }

  public grantStart(grantee: iam.IGrantable): iam.Grant {
    const grants = startingAutomation(this, this.documentName, this.role).map(statement => iam.Grant.addToPrincipal({
      grantee, actions: statement.actions, resourceArns: statement.resources, conditions: statement.conditions,
    }));
    return grants.reduce((all, each) => all.combine(each));
  }

  private roleFor({ namespace }: SecretRunbookProps, definition: RunbookDefinition): iam.Role {
    const { description, permissions, listsSecrets, furtherStatements = [] } = definition;
    const resources = [namespace.secretArnForPolicies];
    const role = automationRole(this, description, [
      ...permissions.map(each => new iam.PolicyStatement({ ...each, resources })),
      ...listsSecrets ? [new iam.PolicyStatement({ actions: SECRET_LIST, resources: ['*'] })] : [],
      ...furtherStatements,
    ]);
    this.logGroup.grantWrite(role);
    acknowledgeWildcard(role, this.logGroup.logGroupArn, 'The log group is known by its name, and the ARN of its streams ends in a wildcard.');
    acknowledgeWildcard(role, resources[0], 'The runbook is for every secret of the namespace, also for those that are created later.');
    if (listsSecrets) acknowledgeWildcard(role, '*', 'secretsmanager:ListSecrets has no resource type; it tells names and tags, and no value.');
    return role;
  }

  private content(prefix: string, { description, parameters, script, steps }: RunbookDefinition): object {
    const payload = {
      Prefix: prefix,
      Region: Stack.of(this).region,
      RoleArn: this.role.roleArn,
      LogGroup: this.logGroup.logGroupName,
      ExecutionId: '{{ automation:EXECUTION_ID }}',
      ...Object.fromEntries(['DryRun', ...Object.keys(parameters)].map(name => [name, `{{ ${name} }}`])),
    };
    const rendered = (step: ScriptStep) => scriptStep(step, payload, COMMON + script);
    return {
      schemaVersion: '0.3',
      description,
      assumeRole: this.role.roleArn,
      parameters: { ...parameters, DryRun: DRY_RUN },
      mainSteps: steps.map(step => 'repeated' in step ? loopStep(step, rendered(step.repeated)) : rendered(step)),
    };
  }
}

function scriptStep({ name, description, handler, payload = {}, outputs = {} }: ScriptStep, common: Record<string, string>, script: string): object {
  return {
    name,
    description,
    action: 'aws:executeScript',
    timeoutSeconds: SCRIPT_SECONDS,
    onFailure: 'Abort',
    inputs: { Runtime: 'python3.11', Handler: handler, InputPayload: { ...common, ...payload }, Script: script },
    outputs: Object.entries(outputs).map(([Name, Type]) => ({ Name, Selector: `$.Payload.${Name}`, Type })),
  };
}

function loopStep({ name, description, repeated }: LoopStep, step: object): object {
  return {
    name,
    description,
    action: 'aws:loop',
    inputs: {
      Steps: [step],
      LoopCondition: { Variable: `{{ ${repeated.name}.Remaining }}`, BooleanEquals: true },
      MaxIterations: MAX_ITERATIONS,
    },
  };
}

/** A name below the prefix. */
export function secretNameBelow(prefix: string): Parameter {
  return {
    type: 'String',
    description: `The name of the secret, which begins with ${prefix}.`,
    allowedPattern: `^${escaped(prefix)}[A-Za-z0-9/_+=.@-]+$`,
  };
}

/** Any function of this account and region, when Secrets Manager invokes it for the caller. */
export function functionsThroughAService(scope: Construct, actions: string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions,
    resources: [Stack.of(scope).formatArn({
      service: 'lambda', resource: 'function', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    })],
    conditions: { Bool: { 'aws:ViaAWSService': 'true' } },
  });
}

/**
 * For jsii, which shows the members of the class as those of each runbook. It stands apart, because the TypeScript declarations leave out
 * what has the tag.
 *
 * @internal
 */
export interface Runbook {}
