import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SecretField, SecretsStoreAddon } from 'cdk-managed-secrets';
import { importedCluster, irsa, mounted, podIdentity, Secrets } from './clusters';
import { ENV } from '../../support/test-app';

let secrets: Secrets;
beforeEach(() => {
  secrets = new Secrets();
});

const parametersOf = (objects: any[]) => objects.at(-1).spec.parameters;
const objectsOf = (objects: any[]) => JSON.parse(parametersOf(objects).objects);

describe('the class', () => {
  test('names each secret once, with the fields that are files', () => {
    const { kubernetesObjects } = mounted(secrets);
    expect(kubernetesObjects).toEqual([{
      apiVersion: 'secrets-store.csi.x-k8s.io/v1',
      kind: 'SecretProviderClass',
      metadata: { name: 'api-secrets', namespace: 'payments' },
      spec: { provider: 'aws', parameters: { region: ENV.region, usePodIdentity: 'true', objects: expect.any(String) } },
    }]);
    expect(objectsOf(kubernetesObjects)).toEqual([
      { objectName: 'prod/payments/db', objectType: 'secretsmanager', jmesPath: [{ path: 'password', objectAlias: 'db-password' }] },
      { objectName: 'prod/payments/stripe/api_key', objectType: 'secretsmanager', objectAlias: 'stripe' },
    ]);
  });

  test('quotes a key that is no identifier of JMESPath, and no name of a file', () => {
    const { db } = secrets;
    const files = { 'a-b': SecretField.of(db, 'a-b'), 'dotted': SecretField.of(db, 'a.b'), 'number': SecretField.of(db, '1st'), 'plain': SecretField.of(db, '_a1') };
    expect(objectsOf(mounted(secrets, { files }).kubernetesObjects)[0].jmesPath).toEqual([
      { path: '"a-b"', objectAlias: 'a-b' }, { path: '"a.b"', objectAlias: 'dotted' }, { path: '"1st"', objectAlias: 'number' }, { path: '_a1', objectAlias: 'plain' },
    ]);
  });

  test('mounts a whole secret and its fields by one object, and under another name by another', () => {
    const { db, password } = secrets;
    const files = { 'db.json': SecretField.of(db), 'again.json': SecretField.of(db), password };
    expect(objectsOf(mounted(secrets, { files }).kubernetesObjects)).toEqual([
      { objectName: 'prod/payments/db', objectType: 'secretsmanager', objectAlias: 'db.json', jmesPath: [{ path: 'password', objectAlias: 'password' }] },
      { objectName: 'prod/payments/db', objectType: 'secretsmanager', objectAlias: 'again.json' },
    ]);
  });

  test('fails over to a region of the replicas', () => {
    const { kubernetesObjects } = mounted(secrets, { files: { password: secrets.password }, failoverRegion: 'eu-central-1' });
    expect(parametersOf(kubernetesObjects)).toMatchObject({ region: ENV.region, failoverRegion: 'eu-central-1' });
  });

  test('keeps Kubernetes secrets when asked', () => {
    const syncedSecrets = [{ name: 'db', data: { DB_PASSWORD: 'db-password' } }];
    expect(mounted(secrets, { syncedSecrets }).kubernetesObjects.at(-1).spec.secretObjects).toEqual([
      { secretName: 'db', type: 'Opaque', data: [{ objectName: 'db-password', key: 'DB_PASSWORD' }] },
    ]);
  });

  test('comes with the service account of IRSA, and says nothing of Pod Identity', () => {
    const { kubernetesObjects } = mounted(secrets, { identity: irsa(secrets.stack, 'api') });
    expect(kubernetesObjects.map(({ kind }) => kind)).toEqual(['ServiceAccount', 'SecretProviderClass']);
    expect(parametersOf(kubernetesObjects)).not.toHaveProperty('usePodIdentity');
  });
});

describe('Pod Identity', () => {
  test('gives the role to one service account of one namespace of one cluster', () => {
    mounted(secrets);
    const template = Template.fromStack(secrets.stack);
    const [association] = Object.values(template.findResources('AWS::EKS::PodIdentityAssociation'));
    expect(association.Properties).toEqual({ ClusterName: 'main', Namespace: 'payments', ServiceAccount: 'api', RoleArn: { 'Fn::GetAtt': [expect.stringMatching('ApiWorkloadRole'), 'Arn'] } });
    const [role] = Object.values(template.findResources('AWS::IAM::Role', { Properties: { Description: 'Reads secrets for the Kubernetes namespace payments' } }));
    expect(role.Properties).not.toHaveProperty('RoleName');
    expect(role.Properties.AssumeRolePolicyDocument.Statement).toEqual([{
      Effect: 'Allow',
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      Principal: { Service: 'pods.eks.amazonaws.com' },
      Condition: {
        StringEquals: {
          'aws:RequestTag/kubernetes-namespace': 'payments',
          'aws:RequestTag/kubernetes-service-account': 'api',
          'aws:RequestTag/eks-cluster-arn': `arn:aws:eks:${ENV.region}:${ENV.account}:cluster/main`,
        },
      },
    }]);
  });

  test('takes several service accounts, each with a role of its own', () => {
    mounted(secrets);
    mounted(secrets, { identity: podIdentity('worker') }, 'Worker');
    Template.fromStack(secrets.stack).resourceCountIs('AWS::EKS::PodIdentityAssociation', 2);
  });
});

describe('the add-on', () => {
  const configuration = () => {
    const [addon] = Object.values(Template.fromStack(secrets.stack).findResources('AWS::EKS::Addon'));
    return { ...addon.Properties, ConfigurationValues: JSON.parse(addon.Properties.ConfigurationValues) };
  };

  test('reads again every hour, and writes no Kubernetes secrets', () => {
    new SecretsStoreAddon(secrets.stack, 'Addon', { cluster: importedCluster(secrets.stack) });
    expect(configuration()).toEqual({
      ClusterName: 'main',
      AddonName: 'aws-secrets-store-csi-driver-provider',
      ConfigurationValues: { 'secrets-store-csi-driver': { enableSecretRotation: true, rotationPollInterval: '3600s', syncSecret: { enabled: false } } },
    });
  });

  test('takes another interval, and tells a consumer of it', () => {
    const addon = new SecretsStoreAddon(secrets.stack, 'Addon', {
      cluster: importedCluster(secrets.stack), rotationPollInterval: Duration.minutes(5), syncSecrets: true, addonVersion: 'v3.1.3-eksbuild.1',
    });
    mounted(secrets, { addon, rotationPollInterval: undefined, syncedSecrets: [{ name: 'db', data: { PASSWORD: 'db-password' } }] });
    expect(configuration()).toMatchObject({
      AddonVersion: 'v3.1.3-eksbuild.1',
      ConfigurationValues: { 'secrets-store-csi-driver': { rotationPollInterval: '300s', syncSecret: { enabled: true } } },
    });
  });
});
