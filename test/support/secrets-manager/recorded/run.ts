import type { FakeSecretsManager } from '../../../../tools/secrets-manager/fake-secrets-manager';
import type { Input, Output } from '../../../../tools/secrets-manager/operations';
import type { SecretRecord } from '../../../../tools/secrets-manager/secret-record';

export type Execute = (operation: string, input: Input) => Promise<Output>;
export type Responses = Record<string, unknown>;

export const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:rotation';

/** One scenario on one fake. */
export class Run {
  public readonly responses: Responses = {};

  constructor(private readonly fake: FakeSecretsManager, private readonly execute: Execute) {}

  public async as(name: string, operation: string, input: Input): Promise<void> {
    this.responses[name] = await this.execute(operation, input).catch(({ name: Code, message: Message }: Error) => ({ Error: { Code, Message } }));
  }

  public async quietly(operation: string, input: Input): Promise<void> {
    await this.execute(operation, input);
  }

  public secret(id: string): SecretRecord {
    return this.fake.secret(id);
  }

  public moveCurrent(): Input {
    const [to, from] = ['AWSPENDING', 'AWSCURRENT'].map(stage => this.fake.secret('app').versions.find(({ stages }) => stages.includes(stage))!.id);
    return { SecretId: 'app', VersionStage: 'AWSCURRENT', MoveToVersionId: to, RemoveFromVersionId: from };
  }

  /** With a function that reads the current value, stores another and moves the label, as the recorded one did. */
  public async rotateWholly(
    name: string,
    settings: Input = { RotationLambdaARN: FUNCTION, RotationRules: { AutomaticallyAfterDays: 1 } },
  ): Promise<void> {
    this.fake.addFunction(FUNCTION, async ({ Step, SecretId, ClientRequestToken }) => {
      if (Step === 'createSecret') {
        this.fake.perform('GetSecretValue', { SecretId, VersionStage: 'AWSCURRENT' });
        this.fake.perform('PutSecretValue', { SecretId, ClientRequestToken, SecretString: 'S2', VersionStages: ['AWSPENDING'] });
      }
      if (Step === 'finishSecret') this.fake.perform('UpdateSecretVersionStage', this.moveCurrent());
    });
    await this.as(name, 'RotateSecret', { SecretId: 'app', ...settings });
    await this.fake.rotationOf(this.fake.secret('app').arn);
  }
}
