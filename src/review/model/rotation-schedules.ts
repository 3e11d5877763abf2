import { pathOf, Placed, resourcesOfType } from './placed';
import type { ResolvedStack } from '../assembly/resolved-stack';
import { textOrReason } from '../assembly/unknown';

/** When a secret is rotated, and by whom. */
export interface RotationSchedule extends Placed {
  /** As the template has it: the ARN of the secret, with or without its last six characters, or its name. */
  readonly secretId: string;
  /** Absent for the function of a hosted rotation, which CloudFormation makes out of its own template. */
  readonly functionArn?: string;
  /** The construct path, or stack path and logical id where the assembly does not tell it. */
  readonly path: string;
}

export function rotationSchedulesOf(stacks: ResolvedStack[]): RotationSchedule[] {
  return resourcesOfType(stacks, 'AWS::SecretsManager::RotationSchedule').map(placed => {
    const { SecretId, RotationLambdaARN } = placed.resource.Properties ?? {};
    return { ...placed, secretId: textOrReason(SecretId) ?? '', functionArn: textOrReason(RotationLambdaARN), path: pathOf(placed) };
  });
}

/** Whether the schedule is that of the secret. A name means a secret of the schedule's own account and region. */
export function rotates({ secretId, stack }: RotationSchedule, secret: { arn: string; name: string; account: string; region: string }): boolean {
  if (secretId.startsWith('arn:')) return secretId === secret.arn || secretId === secret.arn.slice(0, -7);
  return secretId === secret.name && stack.account === secret.account && stack.region === secret.region;
}
