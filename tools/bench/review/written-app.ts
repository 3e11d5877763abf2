import { mkdirSync, writeFileSync } from 'fs';
import * as path from 'path';

const PLACE = { account: '111122223333', region: 'eu-west-1' };
const SECRETS_A_STACK = 100;
/** How many secrets a role may read. */
const GRANTS_A_ROLE = 3;

/** How roles may read: as our constructs grant it, or each by a policy of its own that is about all secrets. */
export type Grants = 'own' | 'wide';

/** Writes the cloud assembly of an app of so many secrets and as many roles. */
export function writeApp(folder: string, size: number, grants: Grants): void {
  mkdirSync(folder, { recursive: true });
  const stacks = Array.from({ length: Math.ceil(size / SECRETS_A_STACK) }, (_, index) => index);
  for (const stack of stacks) writeFileSync(path.join(folder, `${nameOf(stack)}.template.json`), JSON.stringify(templateOf(stack, size, grants)));
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify({
    version: '38.0.0',
    artifacts: Object.fromEntries(stacks.map(stack => [nameOf(stack), {
      type: 'aws:cloudformation:stack',
      environment: `aws://${PLACE.account}/${PLACE.region}`,
      properties: { templateFile: `${nameOf(stack)}.template.json` },
    }])),
  }));
}

function nameOf(stack: number): string {
  return `service-${stack}`;
}

function templateOf(stack: number, size: number, grants: Grants): object {
  const numbers = Array.from({ length: Math.min(SECRETS_A_STACK, size - stack * SECRETS_A_STACK) }, (_, index) => index);
  return {
    Resources: {
      Key: { Type: 'AWS::KMS::Key', Properties: { EnableKeyRotation: true, KeyPolicy: keyPolicy(stack) } },
      ...Object.fromEntries(numbers.flatMap(number => [
        [`Secret${number}`, { Type: 'AWS::SecretsManager::Secret', DeletionPolicy: 'Retain', Properties: secretProperties(stack, number) }],
        [`Role${number}`, { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {}, Policies: [policyOf(number, numbers.length, grants)] } }],
      ])),
    },
  };
}

function secretProperties(stack: number, number: number): object {
  return { Name: `prod/${nameOf(stack)}/secret-${number}`, KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] }, GenerateSecretString: { PasswordLength: 32 } };
}

function keyPolicy(stack: number): object {
  const account = { AWS: `arn:aws:iam::${PLACE.account}:root` };
  const context = { 'kms:EncryptionContext:SecretARN': `arn:aws:secretsmanager:${PLACE.region}:${PLACE.account}:secret:prod/${nameOf(stack)}/*` };
  return document(
    { Effect: 'Allow', Principal: account, Action: ['kms:Describe*', 'kms:Put*', 'kms:ScheduleKeyDeletion'], Resource: '*' },
    {
      Effect: 'Allow',
      Principal: account,
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      Resource: '*',
      Condition: { StringEquals: { ...viaSecretsManager(), 'kms:CallerAccount': PLACE.account }, StringLike: context },
    },
  );
}

/** One policy is about the secrets that come after the number of the role, in its stack. */
function policyOf(number: number, count: number, grants: Grants): object {
  const arns = Array.from({ length: GRANTS_A_ROLE }, (_, index) => ({ Ref: `Secret${(number + index) % count}` }));
  const read = grants === 'own' ? arns : '*';
  return {
    PolicyName: 'Read',
    PolicyDocument: document(
      { Sid: `Read${number}`, Effect: 'Allow', Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], Resource: read },
      {
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: grants === 'own' ? { 'Fn::GetAtt': ['Key', 'Arn'] } : '*',
        Condition: { StringEquals: { ...viaSecretsManager(), ...grants === 'own' && { 'kms:EncryptionContext:SecretARN': arns } } },
      },
    ),
  };
}

function viaSecretsManager(): object {
  return { 'kms:ViaService': `secretsmanager.${PLACE.region}.amazonaws.com` };
}

function document(...Statement: object[]): object {
  return { Version: '2012-10-17', Statement };
}
