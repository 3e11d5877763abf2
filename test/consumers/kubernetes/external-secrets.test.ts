import { aws_iam as iam, Duration, Lazy } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { ExternalSecretCreationPolicy, ExternalSecretRefreshPolicy, KubernetesIdentity } from 'cdk-managed-secrets';
import { controllerRole, dbSecret, externalSecrets, importedCluster, irsa, ISSUER, providerIn, reachableCluster, Secrets } from './clusters';
import { ENV } from '../../support/test-app';

let secrets: Secrets;
beforeEach(() => {
  secrets = new Secrets();
});

const roleArn = expect.stringMatching(new RegExp(`^arn:aws:iam::${ENV.account}:role/[A-Za-z0-9-]{1,64}$`));

describe('the objects', () => {
  test('of a service account of the namespace', () => {
    expect(externalSecrets(secrets).kubernetesObjects).toEqual([
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'secrets', namespace: 'payments', annotations: { 'eks.amazonaws.com/role-arn': roleArn } } },
      {
        apiVersion: 'external-secrets.io/v1',
        kind: 'SecretStore',
        metadata: { name: 'aws-secrets-manager', namespace: 'payments' },
        spec: { provider: { aws: { service: 'SecretsManager', region: ENV.region, auth: { jwt: { serviceAccountRef: { name: 'secrets' } } } } } },
      },
      {
        apiVersion: 'external-secrets.io/v1',
        kind: 'ExternalSecret',
        metadata: { name: 'db', namespace: 'payments' },
        spec: {
          secretStoreRef: { name: 'aws-secrets-manager', kind: 'SecretStore' },
          refreshPolicy: 'Periodic',
          refreshInterval: '1h0m0s',
          target: { name: 'db', creationPolicy: 'Owner' },
          data: [
            { secretKey: 'DB_PASSWORD', remoteRef: { key: 'prod/payments/db', property: 'password' } },
            { secretKey: 'STRIPE_KEY', remoteRef: { key: 'prod/payments/stripe/api_key' } },
          ],
        },
      },
    ]);
  });

  test('of the role of the operator: no service account, and tags that name the namespace', () => {
    const [store, ...others] = externalSecrets(secrets, { identity: controllerRole(secrets.stack) }).kubernetesObjects;
    expect(store).toMatchObject({ kind: 'SecretStore', spec: { provider: { aws: { role: roleArn, sessionTagsPolicy: 'Simple' } } } });
    expect(store.spec.provider.aws).not.toHaveProperty('auth');
    expect(others.map(({ kind }) => kind)).toEqual(['ExternalSecret']);
  });

  test('of a store of the cluster, which the namespace alone may use', () => {
    const [, store, external] = externalSecrets(secrets, { clusterStore: true }).kubernetesObjects;
    expect(store).toMatchObject({ kind: 'ClusterSecretStore', spec: { conditions: [{ namespaces: ['payments'] }] } });
    expect(store.metadata).toEqual({ name: 'payments-aws-secrets-manager' });
    expect(store.spec.provider.aws.auth.jwt.serviceAccountRef).toEqual({ name: 'secrets', namespace: 'payments' });
    expect(external.spec.secretStoreRef).toEqual({ name: 'payments-aws-secrets-manager', kind: 'ClusterSecretStore' });
  });

  test('of a whole secret, under a name of its own, for a value that is read by event', () => {
    const options = {
      name: 'db',
      targetName: 'database',
      extract: [secrets.db],
      creationPolicy: ExternalSecretCreationPolicy.MERGE,
      refreshPolicy: ExternalSecretRefreshPolicy.ON_CHANGE,
    };
    const external = externalSecrets(secrets, { externalSecrets: [options] }).kubernetesObjects.at(-1);
    expect(external.spec).toEqual({
      secretStoreRef: { name: 'aws-secrets-manager', kind: 'SecretStore' },
      refreshPolicy: 'OnChange',
      target: { name: 'database', creationPolicy: 'Merge' },
      dataFrom: [{ extract: { key: 'prod/payments/db' } }],
    });
  });

  test.each([[Duration.minutes(90), '1h30m0s'], [Duration.seconds(75), '0h1m15s']])('an interval of %s', (refreshInterval, text) => {
    const external = externalSecrets(secrets, { externalSecrets: [dbSecret(secrets, { refreshInterval })] }).kubernetesObjects.at(-1);
    expect(external.spec.refreshInterval).toBe(text);
  });
});

describe('the role', () => {
  const trust = (properties: object) => Template.fromStack(secrets.stack).findResources('AWS::IAM::Role', { Properties: properties });
  const statements = () => Object.values(trust({ Description: 'Reads secrets for the Kubernetes namespace payments' })).map(each => each.Properties.AssumeRolePolicyDocument.Statement);

  test('trusts one service account of one namespace', () => {
    externalSecrets(secrets);
    expect(statements()).toEqual([[{
      Effect: 'Allow',
      Action: 'sts:AssumeRoleWithWebIdentity',
      Principal: { Federated: `arn:aws:iam::${ENV.account}:oidc-provider/${ISSUER}` },
      Condition: { StringEquals: { [`${ISSUER}:aud`]: 'sts.amazonaws.com', [`${ISSUER}:sub`]: 'system:serviceaccount:payments:secrets' } },
    }]]);
  });

  test('trusts the operator when it says for which namespace and store', () => {
    externalSecrets(secrets, { identity: controllerRole(secrets.stack) });
    expect(statements()).toEqual([[{
      Effect: 'Allow',
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      Principal: { AWS: `arn:aws:iam::${ENV.account}:role/external-secrets` },
      Condition: {
        StringEquals: {
          'aws:RequestTag/esoNamespace': 'payments', 'aws:RequestTag/esoStoreName': 'aws-secrets-manager', 'aws:RequestTag/esoStoreKind': 'SecretStore',
        },
      },
    }]]);
  });

  test('is another one for each namespace', () => {
    const payments = externalSecrets(secrets);
    const reports = externalSecrets(secrets, { namespace: 'reports' }, 'Reports');
    expect(payments.role).not.toBe(reports.role);
    expect(payments.kubernetesObjects[0].metadata.annotations).not.toEqual(reports.kubernetesObjects[0].metadata.annotations);
  });

  test('has the name that the objects call it', () => {
    const { kubernetesObjects: [account] } = externalSecrets(secrets);
    const [{ Properties: { RoleName } }] = Object.values(trust({ RoleName: Match.anyValue() }));
    expect(account.metadata.annotations['eks.amazonaws.com/role-arn']).toBe(`arn:aws:iam::${ENV.account}:role/${RoleName}`);
  });

  test('of a cluster of this app trusts an issuer that is known at deployment', () => {
    const openIdConnectProvider = new iam.OidcProviderNative(secrets.stack, 'New', { url: Lazy.string({ produce: () => `https://${ISSUER}` }) });
    externalSecrets(secrets, { identity: KubernetesIdentity.irsa({ serviceAccountName: 'secrets', openIdConnectProvider }) });
    const [conditions] = Object.values(Template.fromStack(secrets.stack).findResources('Custom::AWSCDKCfnJson'));
    expect(JSON.stringify(conditions.Properties.Value)).toContain(':sub\\":\\"system:serviceaccount:payments:secrets\\"');
  });
});

describe('a cluster that kubectl reaches', () => {
  test('gets the objects after the role has its policy', () => {
    const cluster = reachableCluster(secrets.stack);
    externalSecrets(secrets, { cluster });
    const [manifest] = Object.values(Template.fromStack(secrets.stack).findResources('Custom::AWSCDK-EKS-KubernetesResource'));
    expect(manifest.DependsOn).toEqual([expect.stringMatching('WorkloadRoleDefaultPolicy'), expect.stringMatching('WorkloadRole')]);
    expect(JSON.stringify(manifest.Properties.Manifest)).toContain('SecretStore');
  });

  test('takes a role without a name', () => {
    externalSecrets(secrets, { cluster: reachableCluster(secrets.stack) });
    Template.fromStack(secrets.stack).resourcePropertiesCountIs('AWS::IAM::Role', { RoleName: Match.anyValue() }, 0);
  });

  test('gives IRSA its identity provider', () => {
    const { stack } = secrets;
    const cluster = importedCluster(stack, { openIdConnectProvider: providerIn(stack) });
    externalSecrets(secrets, { identity: KubernetesIdentity.irsa({ serviceAccountName: 'secrets', cluster }) });
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', { AssumeRolePolicyDocument: { Statement: [{ Principal: { Federated: Match.stringLikeRegexp(ISSUER) } }] } });
  });
});

test('a secret that is not rotated needs no refresh, and nothing is said', () => {
  externalSecrets(secrets, { identity: irsa(secrets.stack) });
  expect(Annotations.fromStack(secrets.stack).findWarning('*', Match.anyValue())).toEqual([]);
});
