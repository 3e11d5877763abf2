import { App, aws_iam as iam, aws_kms as kms, aws_secretsmanager as secretsmanager, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { Layout, NAMESPACE, purposeOf, readerIn, secretStacks, stackIn, VPC_ENDPOINT_ID } from './layout';

/**
 * The L2 `Secret` with what makes the same template: name, removal policy, tags, a rotated key.
 *
 * Each stack of secrets has a key, because `grantRead` writes the reader into the key's policy: see `buildWithSharedKey`.
 */
export function build(app: App, { secrets, guardRail }: Layout): void {
  for (const { stack, numbers } of secretStacks(app, secrets)) {
    tag(stack);
    const key = keyIn(stack);
    for (const number of numbers) createSecret(stack, number, key, guardRail);
  }
}

/** As `ManagedSecret` has it: one key for all, in a stack of its own. The L2 refuses it as a cycle (aws-cdk issue 14213). */
export function buildWithSharedKey(app: App, { secrets, guardRail }: Layout): void {
  const key = keyIn(stackIn(app, 'Key'));
  for (const { stack, numbers } of secretStacks(app, secrets)) {
    tag(stack);
    for (const number of numbers) createSecret(stack, number, key, guardRail);
  }
}

function createSecret(stack: Stack, number: string, encryptionKey: kms.IKey, guardRail: boolean): void {
  const secret = createPlainSecret(stack, number, { encryptionKey });
  if (guardRail) secret.addToResourcePolicy(denyOutsideVpcEndpoint());
  secret.grantRead(readerIn(stack, number));
}

/** With the name and the removal policy that `ManagedSecret` gives. */
export function createPlainSecret(stack: Stack, number: string, props: secretsmanager.SecretProps): secretsmanager.Secret {
  return new secretsmanager.Secret(stack, `Secret${number}`, {
    secretName: `${NAMESPACE.environment}/${NAMESPACE.service}/${purposeOf(number)}`,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    ...props,
  });
}

export function keyIn(stack: Stack): kms.Key {
  return new kms.Key(stack, 'Key', { enableKeyRotation: true });
}

/** The cheapest way to the tags that `ManagedSecret` gives: two aspects a stack, and none on the readers. */
export function tag(stack: Stack): void {
  for (const [key, value] of Object.entries(NAMESPACE)) {
    Tags.of(stack).add(key, value, { includeResourceTypes: ['AWS::SecretsManager::Secret', 'AWS::KMS::Key'] });
  }
}

function denyOutsideVpcEndpoint(): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'DenyOutsideVpcEndpoints',
    effect: iam.Effect.DENY,
    principals: [new iam.AnyPrincipal()],
    actions: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
    resources: ['*'],
    conditions: {
      StringNotEquals: { 'aws:SourceVpce': [VPC_ENDPOINT_ID] },
      BoolIfExists: { 'aws:PrincipalIsAWSService': 'false', 'aws:ViaAWSService': 'false' },
    },
  });
}
