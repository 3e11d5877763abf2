import Ajv from 'ajv';
import { Duration } from 'aws-cdk-lib';
import { ExternalSecretCreationPolicy, ExternalSecretRefreshPolicy, ExternalSecretsReloader, SecretField } from 'cdk-managed-secrets';
import { controllerRole, dbSecret, externalSecrets, irsa, mounted, Secrets } from './clusters';
import { yaml } from '../../../src/review/command/yaml';
import { ApiServer, missingApiServer } from '../../../tools/kubernetes/api-server';
import { customResourceDefinitions, schemas } from '../../../tools/kubernetes/definitions';
import { kubeconform, missingKubeconform } from '../../../tools/kubernetes/kubeconform';
import { whenThere } from '../../support/servers/at-hand';
import { startsServers } from '../../support/servers/suite-servers';

/** Every form that the constructs give their objects, against what the operators themselves say of these. */

/** Objects of every form, each in a namespace of its own. */
function everyObject(): any[] {
  const secrets = new Secrets();
  const { stack, db, password } = secrets;
  const byPolicy = [
    ...Object.values(ExternalSecretCreationPolicy).map(creationPolicy => ({ creationPolicy })),
    ...Object.values(ExternalSecretRefreshPolicy).map(refreshPolicy => ({ refreshPolicy })),
  ].map((policy, index) => dbSecret(secrets, { name: `policy-${index}`, ...policy }));
  const consumers = [
    externalSecrets(secrets, { externalSecrets: [...byPolicy, { name: 'whole', extract: [db] }, dbSecret(secrets, { targetName: 'target', refreshInterval: Duration.seconds(75) })] }),
    externalSecrets(secrets, { namespace: 'reports', clusterStore: true }, 'Reports'),
    externalSecrets(secrets, { namespace: 'search', identity: controllerRole(stack) }, 'Search'),
  ];
  const others = [
    mounted(secrets),
    mounted(secrets, {
      namespace: 'reports',
      identity: irsa(stack, 'api'),
      files: { 'a-b': SecretField.of(db, 'a-b'), 'db.json': SecretField.of(db), password },
      failoverRegion: 'eu-central-1',
      syncedSecrets: [{ name: 'db', data: { PASSWORD: 'password' } }],
    }, 'Mounted'),
    new ExternalSecretsReloader(stack, 'Reloader', { consumers, namespace: 'external-secrets', identity: irsa(stack, 'reloader') }),
  ];
  return [...consumers, ...others].flatMap(({ kubernetesObjects }) => kubernetesObjects);
}

const OBJECTS = everyObject();
const named = ({ kind, metadata: { namespace = '', name } }: any) => `${kind} ${namespace}/${name}`;
const external = (spec: object) => ({ ...OBJECTS.find(({ kind }) => kind === 'ExternalSecret'), spec });
const config = OBJECTS.find(({ kind }) => kind === 'Config');

/** What is wrong with an object, and the words by which the definition refuses it. */
const WRONG: [string, any][] = [
  ['a field that there is not', external({ ...external({}).spec, refreshEvery: '1h' })],
  ['a policy that there is not', external({ ...OBJECTS.find(({ kind }) => kind === 'ExternalSecret').spec, refreshPolicy: 'Hourly' })],
  ['a service that there is not', { ...OBJECTS[1], spec: { provider: { aws: { service: 'Secrets', region: 'eu-west-1' } } } }],
  ['a store without a region', { ...OBJECTS[1], spec: { provider: { aws: { service: 'SecretsManager' } } } }],
  ['the form of the Reloader\'s own example', { ...config, spec: { ...config.spec, destinationsToWatch: [{ type: 'ExternalSecrets' }] } }],
  ['parameters that are no texts', { ...OBJECTS.find(({ kind }) => kind === 'SecretProviderClass'), spec: { provider: 'aws', parameters: { usePodIdentity: true } } }],
];

test('every kind is there, and every definition is used', () => {
  const kinds = new Set(OBJECTS.map(({ kind, apiVersion }) => `${kind} ${apiVersion}`));
  expect([...schemas().keys()].sort()).toEqual([...kinds].sort());
});

describe('by their schemas', () => {
  const ajv = new Ajv({ unknownFormats: 'ignore', schemaId: 'auto', logger: false });
  const isValid = (object: any) => ajv.validate(schemas().get(`${object.kind} ${object.apiVersion}`)!, object) as boolean;

  test.each(OBJECTS.map(object => [named(object), object]))('%s is valid', (_, object) => {
    expect(isValid(object) ? [] : ajv.errors).toEqual([]);
  });

  test.each(WRONG)('%s is not', (_, object) => {
    expect(isValid(object)).toBe(false);
  });
});

describe('by kubeconform', () => {
  const run = whenThere(test, missingKubeconform());

  run('every object is valid, as YAML', () => {
    const answers = kubeconform(OBJECTS.map(object => `---\n${yaml(object)}`).join(''));
    expect(answers.filter(({ status }) => status !== 'statusValid')).toEqual([]);
    expect(answers).toHaveLength(OBJECTS.length);
  });

  run('what is wrong is not', () => {
    const answers = kubeconform(WRONG.map(([, object]) => `---\n${yaml(object)}`).join(''));
    expect(answers.map(({ status }) => status)).toEqual(WRONG.map(() => 'statusInvalid'));
  });
});

describe('by an API server of Kubernetes', () => {
  // CI does not build it, which takes minutes.
  const run = whenThere(test, missingApiServer(), false);
  let server: ApiServer;
  if (run !== test.skip) startsServers(async keep => { server = await keep(ApiServer.start()); });
  const isCustom = ({ kind }: any) => customResourceDefinitions().some(({ spec }) => spec.names.kind === kind);

  run('every object of an operator is stored as it is', async () => {
    for (const object of OBJECTS.filter(isCustom)) {
      const { status, body } = await server.create(object);
      expect([named(object), status, body.message]).toEqual([named(object), 201, undefined]);
      expect(body).toMatchObject(object);
    }
  });

  run('what is wrong is refused', async () => {
    for (const [words, object] of WRONG) {
      const { status } = await server.create({ ...object, metadata: { ...object.metadata, name: 'wrong' } });
      expect([words, [400, 422].includes(status)]).toEqual([words, true]);
    }
  });
});
