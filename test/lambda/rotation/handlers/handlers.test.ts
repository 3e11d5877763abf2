import type { RotationHandler } from '../../../../lambda/rotation/engine/handler';
import { ENGINES, namesOf, type RotatedEngine } from '../../../../src/rotation/contract/engines';
import { ROTATION_ENVIRONMENT } from '../../../../src/rotation/contract/environment';
import { FakeSecretsManager } from '../../../../tools/secrets-manager/fake-secrets-manager';
import { HttpSecretsManager, serveSecretsManager } from '../../../../tools/secrets-manager/http-server';
import { newPassword } from '../../../../tools/servers/new-password';

const TOKEN = '0b2c7a3e-6d1f-4a57-9a55-2f1f0f3f9d10';

let fake: FakeSecretsManager;
let server: HttpSecretsManager;
const environment = { ...process.env };

beforeAll(async () => {
  fake = new FakeSecretsManager();
  server = await serveSecretsManager(fake);
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    [ROTATION_ENVIRONMENT.SECRETS_MANAGER_ENDPOINT]: server.endpoint,
  });
});

afterAll(async () => {
  await server.close();
  process.env = environment;
});

const ALL = Object.values<RotatedEngine>(ENGINES);
const HANDLERS = [...new Set(ALL.map(({ handler }) => handler))];

/** Each handler file, and what it takes for its own. */
test.each(HANDLERS.map(name => [
  name, ALL.filter(({ handler }) => handler === name).flatMap(namesOf), [...ALL.filter(({ handler }) => handler !== name).map(engine => engine.name), 'oracle'],
] as const))('%s rotates its engines and refuses others', async (name, engines, others) => {
  const { handler } = jest.requireActual<{ handler: RotationHandler }>(`../../../../lambda/rotation/handlers/${name}`);
  const create = async (engine: string) => {
    const secret = { engine, host: 'db.example.com', username: 'app', password: newPassword() };
    const SecretId = String(fake.perform('CreateSecret', { Name: `${name}-${engine}`, SecretString: JSON.stringify(secret) }).ARN);
    fake.edit(SecretId, ({ versions }) => void versions.push({ id: TOKEN, created: fake.now(), stages: ['AWSPENDING'] }));
    await handler({ Step: 'createSecret', SecretId, ClientRequestToken: TOKEN }, { getRemainingTimeInMillis: () => 10_000 });
    return JSON.parse(fake.secret(SecretId).versions[1].text!) as Record<string, string>;
  };
  for (const engine of engines) expect((await create(engine)).password).toHaveLength(32);
  for (const engine of others) await expect(create(engine)).rejects.toThrow('in `engine`; correct the secret, or rotate it by the function of its engine');
});

test('custom makes a handler of three functions, and gives the error that explains itself', () => {
  const custom = jest.requireActual<Record<string, unknown>>('../../../../lambda/rotation/handlers/custom');
  expect(Object.keys(custom).sort()).toEqual(['RotationError', 'customRotation']);
});
