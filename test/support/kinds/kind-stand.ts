import { randomUUID } from 'crypto';
import type { CredentialKind } from '../../../lambda/rotation/engine/credential-kind';
import type { Runtime } from '../../../lambda/rotation/engine/handler';
import { kindHandler } from '../../../lambda/rotation/engine/kind';
import type { RotationStep } from '../../../lambda/rotation/engine/rotation-event';
import { PLACEHOLDER_FIELD } from '../../../src/rotation/contract/placeholder';
import { FakeSecretsManager } from '../../../tools/secrets-manager/fake-secrets-manager';
import { holderOf } from '../../../tools/secrets-manager/secret-record';
import { newPassword } from '../../../tools/servers/new-password';

export interface StandOptions {
  readonly kind: CredentialKind<any>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** @default - a placeholder */
  readonly text?: string;
  /** Another secret, whose ARN the environment then names as that of the superuser. */
  readonly administrator?: object;
  /** Waiting takes at most so long, in milliseconds. @default 0 */
  readonly longestWaitMs?: number;
}

export const STEPS: readonly RotationStep[] = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

/** A secret in a fake Secrets Manager, and the handler of one kind. */
export class KindStand {
  public readonly secretsManager = new FakeSecretsManager();
  public readonly secretArn: string;
  public readonly lines: string[] = [];
  public token = '';
  private readonly runtime: Runtime;

  constructor(private readonly options: StandOptions) {
    const { tags = {}, text = JSON.stringify({ [PLACEHOLDER_FIELD]: newPassword() }), administrator } = options;
    this.secretArn = this.createSecret('rotated', text, tags);
    const admin = administrator && { SUPERUSER_SECRET_ARN: this.createSecret('administrator', JSON.stringify(administrator)) };
    const log = (message: string, fields: object) => void this.lines.push(JSON.stringify({ message, ...fields }));
    this.runtime = {
      secretsManager: this.secretsManager.client(),
      environment: { ...options.environment, ...admin, CREDENTIAL_KIND: options.kind.name },
      sink: { info: log, warn: log, error: log },
      now: () => this.secretsManager.now(),
      sleep: async (ms) => {
        const waited = Math.min(ms, options.longestWaitMs ?? 0);
        if (waited > 0) await new Promise((resolve) => setTimeout(resolve, waited));
        this.secretsManager.advance(ms - waited);
      },
    };
  }

  public begin(): this {
    this.token = randomUUID();
    this.secretsManager.edit(this.secretArn, (secret) => {
      for (const version of secret.versions) version.stages = version.stages.filter((stage) => stage !== 'AWSPENDING');
      secret.versions.push({ id: this.token, created: this.secretsManager.now(), stages: ['AWSPENDING'] });
    });
    return this;
  }

  public async step(Step: RotationStep, remainingMs = 60_000): Promise<void> {
    const event = { Step, SecretId: this.secretArn, ClientRequestToken: this.token };
    await kindHandler([this.options.kind], this.runtime)(event, { getRemainingTimeInMillis: () => remainingMs });
  }

  public async steps(...steps: RotationStep[]): Promise<void> {
    for (const step of steps) await this.step(step);
  }

  public async rotate(): Promise<void> {
    this.begin();
    await this.steps(...STEPS);
  }

  public async failure(step: RotationStep, remainingMs?: number): Promise<Error & { kind: string; code?: string }> {
    const error: unknown = await this.step(step, remainingMs).then(() => undefined, (reason: unknown) => reason);
    if (!(error instanceof Error)) throw new Error(`${step} did not fail`);
    return error as Error & { kind: string };
  }

  public textOf(stage: string): string | undefined {
    return holderOf(this.secretsManager.secret(this.secretArn), stage)?.text;
  }

  public stored<T>(stage: string): T {
    return JSON.parse(this.textOf(stage)!) as T;
  }

  /** As somebody does who may write the secret and no more. */
  public store(stage: 'AWSCURRENT' | 'AWSPENDING', text: string): void {
    this.secretsManager.edit(this.secretArn, (secret) => {
      holderOf(secret, stage)!.text = text;
    });
  }

  /** Every text in every version. */
  public texts(): string[] {
    return this.secretsManager.secret(this.secretArn).versions.map(({ text }) => text ?? '');
  }

  private createSecret(Name: string, SecretString: string, tags: Readonly<Record<string, string>> = {}): string {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    return String(this.secretsManager.perform('CreateSecret', { Name, SecretString, Tags }).ARN);
  }
}
