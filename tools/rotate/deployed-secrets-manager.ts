import { FakeSecretsManager } from '../secrets-manager/fake-secrets-manager';

type Fields = Readonly<Record<string, any>>; // As on the wire.

/** A Secrets Manager that holds secrets under the ARNs of the templates, for whoever calls it; the fake makes up ARNs of its own. */
export class DeployedSecretsManager extends FakeSecretsManager {
  private readonly arns = new Map<string, string>();

  /** Creates a secret; its ARN inside the fake. */
  public create(deployedArn: string, input: Fields): string {
    const arn = String(this.perform('CreateSecret', input).ARN);
    this.arns.set(deployedArn, arn);
    return arn;
  }

  public async execute(operation: string, input: Fields): Promise<Record<string, unknown>> {
    const output = await super.execute(operation, { ...input, SecretId: this.arns.get(input.SecretId) ?? input.SecretId });
    return 'ARN' in output ? { ...output, ARN: this.deployed(String(output.ARN)) } : output;
  }

  /** The ARN of the templates. */
  public deployed(arn: string): string {
    return [...this.arns].find(([, each]) => each === arn)?.[0] ?? arn;
  }
}
