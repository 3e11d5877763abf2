import { runSimulation } from '@cloud-copilot/iam-simulate';
import { type App, type aws_iam as iam, type aws_sqs as sqs } from 'aws-cdk-lib';
import { ExternalSecretsReloader, ManagedSecret, SecretField, SecretNamespace } from 'cdk-managed-secrets';
import { controllerRole, externalSecrets, irsa, ISSUER, mounted, Secrets } from './clusters';
import { resolveTemplates } from '../../../src/review/assembly/resolve-templates';
import { AccessModel, accessModel, decide, directDecrypt, NamedPolicy, readSecret, replicaIn, roleOf, secretOf, writeSecret } from '../../../tools/access';
import { ENV, OTHER_ACCOUNT } from '../../support/test-app';

/** What the role of each consumer may do, and who may assume it, decided by an IAM simulator over the synthesized template. */

const ROLES = {
  service: 'Payments', operator: 'Search', pod: 'Api', reloader: 'Reloader',
} as const;
type Role = keyof typeof ROLES;

let model: AccessModel;
let trusts: Record<Role, object>;
let queueArn: string;
beforeAll(() => {
  const secrets = new Secrets();
  const { stack, password } = secrets;
  const other = new SecretNamespace(stack, 'Other', { environment: 'prod', service: 'orders' });
  new ManagedSecret(stack, 'OtherKey', { namespace: other, purpose: 'key' });
  const of = { name: 'db', data: { PASSWORD: password } };
  const consumers = [
    externalSecrets(secrets, { externalSecrets: [of] }),
    externalSecrets(secrets, { externalSecrets: [of], namespace: 'search', identity: controllerRole(stack) }, 'Search'),
  ];
  const pod = mounted(secrets, { files: { password: SecretField.of(secrets.db, 'password') } });
  const reloader = new ExternalSecretsReloader(stack, 'Reloader', { consumers, namespace: 'external-secrets', identity: irsa(stack, 'reloader') });
  const documents = [...consumers, pod, reloader].map(({ role }) => stack.resolve((role.node.defaultChild as iam.CfnRole).assumeRolePolicyDocument));
  trusts = Object.fromEntries(Object.keys(ROLES).map((role, index) => [role, documents[index]])) as typeof trusts;
  queueArn = `arn:aws:sqs:${ENV.region}:${ENV.account}:${(reloader.queue.node.defaultChild as sqs.CfnQueue).queueName}`;
  model = accessModel(resolveTemplates((stack.node.root as App).synth()));
});

const roleFor = (role: Role) => roleOf(model, `Stack/${ROLES[role]}/Workload/Role`);
const [YES, NO] = ['Allowed', 'ImplicitlyDenied'];

describe.each(['service', 'operator', 'pod'] as const)('the role of the %s', role => {
  test.each([
    ['prod/payments/db', YES], ['prod/payments/stripe/api_key', NO], ['prod/orders/key', NO],
  ])('reads %s: %s', async (secret, decision) => {
    expect((await readSecret(model, roleFor(role), secretOf(model, secret).arn)).decision).toBe(decision);
  });

  test('reads the replica too, and changes nothing', async () => {
    const { arn } = secretOf(model, 'prod/payments/db');
    expect((await readSecret(model, roleFor(role), replicaIn(model, 'eu-central-1', 'prod/payments/db').arn)).decision).toBe(YES);
    expect((await writeSecret(model, roleFor(role), arn)).decision).toBe(NO);
    expect(await directDecrypt(model, roleFor(role), arn)).toBe(NO);
    for (const action of ['UpdateSecret', 'DeleteSecret', 'RotateSecret', 'PutResourcePolicy', 'GetResourcePolicy', 'ListSecretVersionIds']) {
      expect(await decide(model, { principal: roleFor(role), action: `secretsmanager:${action}`, resource: arn })).toBe(NO);
    }
    for (const action of ['secretsmanager:ListSecrets', 'secretsmanager:BatchGetSecretValue']) {
      expect(await decide(model, { principal: roleFor(role), action, resource: '*' })).toBe(NO);
    }
  });
});

describe('the role of the Reloader', () => {
  const THEIRS = `arn:aws:sqs:${ENV.region}:${ENV.account}:theirs`;
  const decided = async (action: string, resource: string) => {
    const { arn: principal, identityPolicies } = roleFor('reloader');
    return simulated({ principal, action: `sqs:${action}`, resource, identityPolicies });
  };

  test.each(['ReceiveMessage', 'DeleteMessage'])('takes messages from its queue alone: %s', async action => {
    expect([await decided(action, queueArn), await decided(action, THEIRS)]).toEqual([YES, NO]);
  });

  test.each(['SendMessage', 'PurgeQueue', 'SetQueueAttributes', 'DeleteQueue'])('does nothing else with it: %s', async action => {
    expect(await decided(action, queueArn)).toBe(NO);
  });

  test('reads no secret', async () => {
    expect((await readSecret(model, roleFor('reloader'), secretOf(model, 'prod/payments/db').arn)).decision).toBe(NO);
  });
});

describe('who may assume a role', () => {
  const PROVIDER = `arn:aws:iam::${ENV.account}:oidc-provider/${ISSUER}`;
  const OPERATOR = `arn:aws:iam::${ENV.account}:role/external-secrets`;
  const PODS = 'pods.eks.amazonaws.com';
  const token = (namespace: string, account: string, aud = 'sts.amazonaws.com') => ({ sub: `system:serviceaccount:${namespace}:${account}`, aud });
  const pod = (namespace: string, account: string, cluster = 'main', accountId = ENV.account) => ({
    'kubernetes-namespace': namespace, 'kubernetes-service-account': account, 'eks-cluster-arn': `arn:aws:eks:${ENV.region}:${accountId}:cluster/${cluster}`,
  });
  const store = (esoNamespace: string, esoStoreName = 'aws-secrets-manager', esoStoreKind = 'SecretStore') => ({ esoNamespace, esoStoreName, esoStoreKind });
  const WEB = 'sts:AssumeRoleWithWebIdentity';
  const ASSUME = 'sts:AssumeRole';

  const TABLE: [string, Role, string, string, Record<string, string>, string][] = [
    ['the service account of the namespace', 'service', PROVIDER, WEB, token('payments', 'secrets'), YES],
    ['the service account of that name in another namespace', 'service', PROVIDER, WEB, token('search', 'secrets'), NO],
    ['another service account of the namespace', 'service', PROVIDER, WEB, token('payments', 'default'), NO],
    ['a namespace whose name begins alike', 'service', PROVIDER, WEB, token('payments2', 'secrets'), NO],
    ['a token for somebody else', 'service', PROVIDER, WEB, token('payments', 'secrets', 'https://kubernetes.default.svc'), NO],
    ['a service account of another cluster', 'service', PROVIDER.replace('EXAMPLED539', 'EXAMPLED540'), WEB, token('payments', 'secrets'), NO],
    ['the operator', 'service', OPERATOR, ASSUME, store('payments'), NO],
    ['the operator for a store of the namespace', 'operator', OPERATOR, ASSUME, store('search'), YES],
    ['the operator for a store of another namespace', 'operator', OPERATOR, ASSUME, store('payments'), NO],
    ['the operator for another store', 'operator', OPERATOR, ASSUME, store('search', 'mine'), NO],
    ['the operator for a store of the cluster', 'operator', OPERATOR, ASSUME, store('search', 'aws-secrets-manager', 'ClusterSecretStore'), NO],
    ['the operator without tags', 'operator', OPERATOR, ASSUME, {}, NO],
    ['another role', 'operator', OPERATOR.replace('external-secrets', 'mine'), ASSUME, store('search'), NO],
    ['a pod', 'pod', PODS, ASSUME, pod('payments', 'api'), YES],
    ['a pod of another namespace', 'pod', PODS, ASSUME, pod('search', 'api'), NO],
    ['a pod of another service account', 'pod', PODS, ASSUME, pod('payments', 'default'), NO],
    ['a pod of another cluster', 'pod', PODS, ASSUME, pod('payments', 'api', 'mine'), NO],
    ['a pod of another account', 'pod', PODS, ASSUME, pod('payments', 'api', 'main', OTHER_ACCOUNT), NO],
    ['the service account of the Reloader', 'reloader', PROVIDER, WEB, token('external-secrets', 'reloader'), YES],
    ['a service account of that name in a namespace of users', 'reloader', PROVIDER, WEB, token('payments', 'reloader'), NO],
  ];

  test.each(TABLE)('%s, that of the %s: %s', async (_, role, principal, action, tags, decision) => {
    expect(await assumes(trusts[role], principal, action, tags)).toBe(decision);
  });

  /** The simulator does not know the keys of an identity provider, and takes them under the name of a tag. */
  async function assumes(trust: object, principal: string, action: string, tags: Record<string, string>): Promise<string> {
    const resourcePolicy = JSON.parse(JSON.stringify(trust).replaceAll(`${ISSUER}:`, 'aws:RequestTag/'));
    const context = Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value]));
    return simulated({ principal, action, resource: `arn:aws:iam::${ENV.account}:role/consumer`, context, resourcePolicy });
  }
});

interface Request {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context?: Record<string, string>;
  readonly identityPolicies?: NamedPolicy[];
  readonly resourcePolicy?: any;
}

async function simulated({ principal, action, resource, context = {}, identityPolicies = [], resourcePolicy }: Request): Promise<string> {
  const result = await runSimulation({
    request: { principal, action, resource: { resource, accountId: ENV.account }, contextVariables: context },
    identityPolicies,
    resourcePolicy,
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  }, {});
  if (result.resultType !== 'single') throw new Error(JSON.stringify(result));
  return result.overallResult;
}
