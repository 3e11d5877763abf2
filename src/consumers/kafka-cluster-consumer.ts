import { aws_iam as iam, aws_msk as msk, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { requireSecrets } from './private/consumed-secrets';
import { fail, pathOf } from '../private/errors';
import { withInjected } from '../private/property-injection';
import { requireText, type TextRule } from '../private/validation';
import { ManagedSecret } from '../secret/managed-secret';
import type { IManagedSecret } from '../secret/managed-secret-props';

/** Properties of `KafkaClusterConsumer`. */
export interface KafkaClusterConsumerProps {
  /** The ARN of a provisioned cluster of Amazon MSK with SASL/SCRAM. */
  readonly clusterArn: string;

  /**
   * The users of the cluster: JSON objects with `username` and `password`, under a customer managed key of this app, with names that begin
   * with `AmazonMSK_`.
   */
  readonly secrets: IManagedSecret[];
}

/**
 * A cluster of Amazon MSK whose users log in by SASL/SCRAM with the names and passwords of secrets.
 *
 * Amazon MSK reads in its own name. So the resource policy of each secret lets `kafka.amazonaws.com` in, and the key lets whoever deploys
 * give Amazon MSK a grant, through Amazon MSK alone. Such a grant is on the whole key: give these secrets a namespace of their own, whose
 * hierarchy begins with `NameLevel.literal('AmazonMSK_…')`.
 *
 * A cluster has all its associations in one construct, because CloudFormation keeps one list a cluster. Amazon MSK itself follows a
 * rotation; the older password ends there and then.
 *
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-tutorial.html
 *
 * @example
 * const users = new SecretNamespace(this, 'KafkaUsers', {
 *   environment: 'prod', service: 'orders', hierarchy: [NameLevel.literal('AmazonMSK_users'), NameLevel.ENVIRONMENT, NameLevel.SERVICE],
 * });
 * const writer = new ManagedSecret(this, 'Writer', {
 *   namespace: users, purpose: 'writer', content: SecretContent.generatedField({ template: { username: 'writer' } }),
 * });
 * new KafkaClusterConsumer(this, 'Users', { clusterArn, secrets: [writer] });
 */
export class KafkaClusterConsumer extends Construct {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.KafkaClusterConsumer';

  constructor(scope: Construct, id: string, props: KafkaClusterConsumerProps) {
    const { clusterArn, secrets } = withInjected(KafkaClusterConsumer.PROPERTY_INJECTION_ID, scope, id, props);
    const path = pathOf(scope, id);
    requireText(path, 'clusterArn', clusterArn, CLUSTER_ARN);
    requireSecrets(path, 'secrets', secrets);
    const own = secrets.map(secret => requireScramSecret(path, secret));
    super(scope, id);
    const association = new msk.CfnBatchScramSecret(this, 'Resource', { clusterArn, secretArnList: own.map(({ secretArn }) => secretArn) });
    for (const secret of own) {
      const { policyDependable } = secret.addToResourcePolicy(readByKafka());
      if (policyDependable) association.node.addDependency(policyDependable);
      grantsForKafka(secret).forEach(statement => secret.encryption._key.addToKeyPolicy(statement));
    }
  }
}

const CLUSTER_ARN: TextRule = {
  pattern: /^arn:[^:]+:kafka:[^:]+:\d{12}:cluster\/[^/]+\/[^/]+$/,
  words: 'the ARN of a cluster such as arn:aws:kafka:eu-west-1:111122223333:cluster/orders/1234abcd-12ab-34cd-56ef-1234567890ab-4',
};

function requireScramSecret(path: string, secret: IManagedSecret): ManagedSecret {
  if (!(secret instanceof ManagedSecret)) {
    fail(path, `\`secrets\` must be secrets of this app, because their policies and their key let Amazon MSK in, got ${secret.node.path}; `
      + 'use the construct in the app that owns it');
  }
  const name = secret._name ?? '';
  if (!Token.isUnresolved(name) && !name.startsWith('AmazonMSK_')) {
    fail(path, `\`secrets\` must have names that begin with AmazonMSK_, got ${JSON.stringify(name)} of ${secret.node.path}; `
      + 'give the namespace the `hierarchy` [NameLevel.literal(\'AmazonMSK_…\'), …]');
  }
  if (!secret.encryption._key.ownsKeyPolicy) {
    fail(path, `\`secrets\` must be encrypted under a customer managed key of this app, which ${secret.node.path} is not; `
      + 'Amazon MSK takes no other, and the policy of the key must let it in');
  }
  return secret;
}

/** The statement that Amazon MSK writes itself, so that it stays when the policy is deployed again. */
function readByKafka(): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'AWSKafkaResourcePolicy',
    principals: [new iam.ServicePrincipal('kafka.amazonaws.com')],
    actions: ['secretsmanager:GetSecretValue'],
    resources: ['*'],
  });
}

/** Amazon MSK makes the grant when secret and cluster are associated, in the name of whoever deploys, and retires it when they part. */
function grantsForKafka(secret: ManagedSecret): iam.PolicyStatement[] {
  const { account, region } = Stack.of(secret);
  const throughKafka = { 'kms:ViaService': `kafka.${region}.amazonaws.com`, 'kms:CallerAccount': account };
  const statement = (sid: string, action: string, conditions: Record<string, unknown> = {}) => new iam.PolicyStatement({
    sid,
    principals: [new iam.AccountRootPrincipal()],
    actions: [action],
    resources: ['*'],
    conditions: { StringEquals: throughKafka, ...conditions },
  });
  return [
    statement('GrantsForKafka', 'kms:CreateGrant', { Bool: { 'kms:GrantIsForAWSResource': 'true' } }),
    statement('NoMoreGrantsForKafka', 'kms:RetireGrant'),
  ];
}
