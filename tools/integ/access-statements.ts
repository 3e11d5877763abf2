import { aws_iam as iam } from 'aws-cdk-lib';
import { kms, secretsManager, type Statement } from './check';

/** By the policy of the key. That the policy of the probe is not known yet is refused too, in other words, and asked again. */
const REFUSED = '"error":"AccessDeniedException".*resource-based policy';
const READ = '"SecretString":"\\(hidden\\)"';

function may(action: string, resource: string): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions: [action], resources: [resource] });
}

/** What IAM, KMS and Secrets Manager decide. */
export const ACCESS: Statement[] = [
  {
    id: 'read-through-secrets-manager',
    statement: 'A grant is enough to read: KMS sees `kms:ViaService` and the context `SecretARN` when Secrets Manager decrypts for the reader',
    saidIn: 'docs/architecture.md',
    check: ({ secret }) => ({ calls: [secretsManager('GetSecretValue', { SecretId: secret.secretArn })], expected: READ, grant: probe => secret.grantRead(probe) }),
  },
  {
    id: 'direct-use-of-the-key',
    statement: 'Who may call KMS on the key by an own policy is refused, because the call does not come through Secrets Manager',
    saidIn: 'docs/architecture.md',
    check: ({ namespace: { encryption: { encryptionKey } } }) => ({
      calls: [kms('GenerateDataKey', { KeyId: encryptionKey!.keyArn, NumberOfBytes: 32 })],
      expected: REFUSED,
      allow: [may('kms:GenerateDataKey', encryptionKey!.keyArn)],
    }),
  },
  {
    id: 'no-grants-on-the-key',
    statement: 'Nobody but an AWS service makes a KMS grant on the key',
    saidIn: 'docs/architecture.md',
    check: ({ stack, namespace: { encryption: { encryptionKey } } }) => ({
      calls: [kms('CreateGrant', { KeyId: encryptionKey!.keyArn, GranteePrincipal: `arn:${stack.partition}:iam::${stack.account}:root`, Operations: ['Decrypt'] })],
      expected: REFUSED,
      allow: [may('kms:CreateGrant', encryptionKey!.keyArn)],
    }),
  },
  {
    id: 'key-by-its-alias',
    statement: '`kms:ResourceAliases` lets a reader in who knows the key by its alias alone',
    saidIn: 'docs/guides/cross-account-access.md',
    check: world => ({
      calls: [secretsManager('GetSecretValue', { SecretId: world.secret.secretArn })], expected: READ, grant: probe => world.imported().grantRead(probe),
    }),
  },
  {
    id: 'public-policies',
    statement: 'With `BlockPublicPolicy`, Secrets Manager refuses a resource policy that lets everybody in',
    saidIn: 'docs/architecture.md',
    check: ({ secret: { secretArn } }) => ({
      calls: [secretsManager('PutResourcePolicy', {
        SecretId: secretArn,
        BlockPublicPolicy: true,
        ResourcePolicy: JSON.stringify({
          Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 'secretsmanager:GetSecretValue', Resource: '*' }],
        }),
      })],
      expected: '"error":"PublicPolicyException"',
      allow: [may('secretsmanager:PutResourcePolicy', secretArn)],
    }),
  },
  {
    id: 'suffix-of-an-arn',
    statement: 'The ARN of a secret ends with a hyphen and six characters, as `-??????` in a policy expects',
    saidIn: 'docs/guides/cross-account-access.md',
    check: ({ secret }) => ({
      calls: [secretsManager('DescribeSecret', { SecretId: secret.secretArn })],
      expected: '"ARN":"[^"]+:secret:integ/observed/secret-[A-Za-z0-9]{6}"',
      grant: probe => secret.grantRead(probe),
    }),
  },
  {
    id: 'replica-in-sync',
    statement: 'CloudFormation makes the replica, and it is in sync when the stack is deployed',
    saidIn: 'docs/architecture.md',
    check: ({ secret }) => ({
      calls: [secretsManager('DescribeSecret', { SecretId: secret.secretArn })], expected: '"Status":"InSync"', minutes: 5, grant: probe => secret.grantRead(probe),
    }),
  },
  {
    id: 'kafka-user',
    statement: 'Amazon MSK takes a secret whose key lets it make a grant',
    saidIn: 'docs/guides/consumers-services.md',
    needs: 'kafkaCluster',
    check: world => ({
      calls: [{ client: 'kafka', name: 'Kafka', command: 'ListScramSecrets', input: { ClusterArn: world.given('kafkaCluster') } }],
      expected: '"SecretArnList":\\[[^\\]]*AmazonMSK_integ',
      allow: [may('kafka:ListScramSecrets', world.given('kafkaCluster'))],
      grant: () => world.kafkaUser(),
    }),
  },
];
