import { App, aws_lambda as lambda, Duration } from 'aws-cdk-lib';
import { EmergencyRevocation, EmergencyRotation, GuardRail, ManagedSecret, RotationHealing, SecretNamespace, SecretRestoration } from 'cdk-managed-secrets';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import type { ResolvedStack } from '../../src/review/assembly/resolved-stack';
import { AccessModel, accessModel, decide, Principal, resourcesOfType, roleOf, secretOf } from '../../tools/access';
import { run, Runbook } from '../../tools/automation';
import { FakeSecretsManager } from '../../tools/secrets-manager/fake-secrets-manager';
import { role, testApp, testStack } from '../support/test-app';

export const PREFIX = 'prod/pay/';
/** Three that are rotated, one that is not, and one of a namespace whose name begins with that of the first. */
export const ROTATED = ['prod/pay/a', 'prod/pay/b', 'prod/pay/c'];
export const FIXED = 'prod/pay/fixed';
export const STRANGE = 'prod/payments/key';
export const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:rotate';

/** The app of the runbooks: two namespaces, and every runbook for the first. */
export function runbookApp(app: App = testApp()) {
  const stack = testStack('Stack', app);
  const namespace = new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'pay', guardRails: [GuardRail.denyPrincipals(['arn:aws:iam::*:role/staging-*'])] });
  const strange = new SecretNamespace(stack, 'Strange', { environment: 'prod', service: 'payments' });
  const rotationFunction = lambda.Function.fromFunctionAttributes(stack, 'Rotate', {
    functionArn: FUNCTION, sameEnvironment: true, skipPermissions: true, role: role(stack, 'RotateRole'),
  });
  for (const name of ROTATED) {
    new ManagedSecret(stack, name.slice(-1).toUpperCase(), { namespace, purpose: name.slice(PREFIX.length) })
      .addRotationSchedule('Schedule', { rotationLambda: rotationFunction, automaticallyAfter: Duration.days(30) });
  }
  new ManagedSecret(stack, 'Fixed', { namespace, purpose: 'fixed' });
  new ManagedSecret(stack, 'Key', { namespace: strange, purpose: 'key' });
  const runbooks = {
    Restoration: new SecretRestoration(stack, 'Restoration', { namespace }),
    Healing: new RotationHealing(stack, 'Healing', { namespace }),
    Rotation: new EmergencyRotation(stack, 'Rotation', { namespace }),
    Revocation: new EmergencyRevocation(stack, 'Revocation', { namespace }),
  };
  runbooks.Restoration.grantStart(role(stack, 'Operator'));
  return { app, stack, namespace, runbooks };
}

export type Name = keyof ReturnType<typeof runbookApp>['runbooks'];

/** What the log of a runbook has, line by line. */
export type LogLine = { action: string; secret?: string } & Record<string, any>;

/** The runbooks of the app, beside a fake of Secrets Manager: each of their calls is decided for the role first. */
export class RunbookStand {
  public readonly model: AccessModel;
  private readonly stacks: ResolvedStack[];
  private readonly answers = new Map<string, ReturnType<typeof decide>>();
  public fake = new FakeSecretsManager();
  public log: LogLine[] = [];
  /** Sees each call, and may throw what a service answers. */
  public hook!: (operation: string, input: Record<string, any>) => void;
  /** What the rotation function does. */
  public rotate!: (event: Record<string, unknown>) => Promise<void>;

  /** @param app that of the runbooks, with further secrets */
  constructor(app = runbookApp().app) {
    this.stacks = resolveTemplates(app.synth());
    this.model = accessModel(this.stacks);
    this.reset();
  }

  public reset(): void {
    this.fake = new FakeSecretsManager();
    this.log = [];
    this.hook = () => {};
    this.rotate = async event => this.finish(event);
    this.fake.addFunction(FUNCTION, async event => this.rotate(event));
    for (const Name of [...ROTATED, FIXED, STRANGE]) {
      this.fake.perform('CreateSecret', { Name, SecretString: 'first' });
      if (ROTATED.includes(Name)) this.fake.edit(Name, secret => { secret.rotation = { enabled: true, functionArn: FUNCTION, days: 30 }; });
    }
  }

  public document(name: Name): Runbook {
    const found = resourcesOfType(this.stacks, 'AWS::SSM::Document').find(({ stack, logicalId }) => stack.constructPaths[logicalId].includes(`/${name}/`));
    return found!.resource.Properties!.Content;
  }

  public roleOf(name: Name): Principal {
    return roleOf(this.model, `Stack/${name}/Role`);
  }

  public async start(name: Name, parameters: Record<string, unknown>): Promise<Record<string, unknown>> {
    return run(this.document(name), parameters, {
      wait: seconds => this.fake.advance(seconds * 1000),
      call: async (service, operation, input) => service === 'logs' ? this.write(name, operation, input) : this.ask(name, operation, input),
    });
  }

  /** What each operation was called for, without what only looks. */
  public changes(): string[] {
    return this.fake.calls.filter(({ operation }) => !/^(Get|List|Describe)/.test(operation))
      .map(({ operation, input }) => `${operation} ${this.fake.secret(input.SecretId).name}`);
  }

  public policyOf(name: string): any {
    const { policy } = this.fake.secret(name);
    return policy && JSON.parse(policy);
  }

  private async ask(name: Name, operation: string, input: Record<string, any>) {
    const target = input.SecretId === undefined ? '*' : this.arnInTemplates(this.fake.secret(input.SecretId).name);
    const decision = await this.decided(name, `secretsmanager:${operation}`, target, contextOf(operation, input));
    if (decision !== 'Allowed') throw Object.assign(new Error(`not authorized to perform: secretsmanager:${operation}`), { name: 'AccessDeniedException' });
    this.hook(operation, input);
    return this.fake.execute(operation, input);
  }

  /** The same request has the same answer, and runbooks make many. */
  private decided(name: Name, action: string, resource: string, context?: Parameters<typeof decide>[1]['context']): ReturnType<typeof decide> {
    const key = JSON.stringify([name, action, resource, context]);
    const answer = this.answers.get(key) ?? decide(this.model, { principal: this.roleOf(name), action, resource, context });
    this.answers.set(key, answer);
    return answer;
  }

  /** What was created beside the templates is decided as the secret there that nothing rotates. */
  private arnInTemplates(name: string): string {
    return secretOf(this.model, this.model.secrets.some(each => each.name === name) ? name : FIXED).arn;
  }

  private async write(name: Name, operation: string, { logGroupName, logEvents = [] }: Record<string, any>) {
    const group = this.model.logGroups.find(each => each.name === logGroupName)!;
    const resource = `${group.arn}:log-stream:execution`;
    expect(await this.decided(name, `logs:${operation}`, resource)).toBe('Allowed');
    if (operation === 'CreateLogStream' && this.log.length > 0) throw Object.assign(new Error('it is there'), { name: 'ResourceAlreadyExistsException' });
    this.hook(operation, {});
    this.log.push(...logEvents.map(({ message }: any) => JSON.parse(message)));
    return {};
  }

  /** The last step of a rotation, which is all that matters here. */
  private async finish({ SecretId, ClientRequestToken, Step }: Record<string, any>): Promise<void> {
    if (Step === 'createSecret') this.fake.perform('PutSecretValue', { SecretId, ClientRequestToken, SecretString: 'next', VersionStages: ['AWSPENDING'] });
    if (Step !== 'finishSecret') return;
    const current = this.fake.secret(SecretId).versions.find(({ stages }) => stages.includes('AWSCURRENT'))!;
    this.fake.perform('UpdateSecretVersionStage', { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: ClientRequestToken, RemoveFromVersionId: current.id });
  }
}

/** What Secrets Manager tells IAM of a call. */
function contextOf(operation: string, input: Record<string, any>): Record<string, string> {
  switch (operation) {
    case 'RotateSecret': return {
      'secretsmanager:ModifyRotationRules': String(input.RotationRules !== undefined),
      ...(input.RotationLambdaARN && { 'secretsmanager:RotationLambdaARN': input.RotationLambdaARN }),
    };
    case 'PutResourcePolicy': return { 'secretsmanager:BlockPublicPolicy': String(input.BlockPublicPolicy ?? false) };
    case 'UpdateSecretVersionStage': return { 'secretsmanager:VersionStage': input.VersionStage };
    default: return {};
  }
}

