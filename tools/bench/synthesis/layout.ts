import { App, aws_iam as iam, Stack } from 'aws-cdk-lib';

/** The namespace of every secret, for both contenders. */
export const NAMESPACE = { environment: 'prod', service: 'payments' };

/** A VPC endpoint through which alone the values may be read, with `--guard-rail`. */
export const VPC_ENDPOINT_ID = 'vpce-0123456789abcdef0';

/** Of four resources each, below the 500 that CloudFormation allows in a stack: role, policy and guard rail, or what the L2 rotates with. */
const SECRETS_PER_STACK = 120;

export interface Layout {
  readonly secrets: number;
  /** Whether each secret has a resource policy that denies access from outside of a VPC endpoint. Rotated secrets have none. */
  readonly guardRail: boolean;
}

/** What one contender adds to an app. */
export type Build = (app: App, layout: Layout) => void;

/** What stands in one stack: the secrets with these numbers. Each number has four digits, so that names are equally long at every size. */
export interface SecretsOfStack {
  readonly stack: Stack;
  readonly numbers: string[];
}

/** As many stacks as the secrets need. */
export function secretStacks(app: App, secrets: number): SecretsOfStack[] {
  const numbers = Array.from({ length: secrets }, (_, index) => String(index + 1).padStart(4, '0'));
  return Array.from({ length: Math.ceil(secrets / SECRETS_PER_STACK) }, (_, index) => ({
    stack: stackIn(app, `Secrets${index + 1}`),
    numbers: numbers.slice(index * SECRETS_PER_STACK, (index + 1) * SECRETS_PER_STACK),
  }));
}

export function stackIn(app: App, id: string): Stack {
  return new Stack(app, id, { env: { account: '111122223333', region: 'eu-central-1' } });
}

export function purposeOf(number: string): string {
  return `api-key/${number}`;
}

/** The one principal that may read the secret with that number. */
export function readerIn(stack: Stack, number: string): iam.Role {
  return new iam.Role(stack, `Reader${number}`, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
}
