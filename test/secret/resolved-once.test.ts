import {
  Annotations, assertions, aws_ec2 as ec2, aws_lambda as lambda, aws_rds as rds, aws_secretsmanager as secretsmanager, CfnDynamicReference,
  CfnDynamicReferenceService, CfnOutput, CfnResource, Duration, SecretsManagerSecretOptions, SecretValue, Stack,
} from 'aws-cdk-lib';
import * as cdk from 'aws-cdk-lib';
import * as library from 'cdk-managed-secrets';
import { ManagedSecret, SecretContent, SecretEncryption, SecretNamespace } from 'cdk-managed-secrets';
import { wayOut, WAYS_OUT } from '../../src/private/ways-out';
import { HOLDERS } from '../support/consumers/resolved-once';
import { expectTableInDocs } from '../support/table-in-docs';
import { testApp, testStack } from '../support/test-app';

/** A rotated value in a template is warned of where it stands, in whatever stack, with the way out for that resource. */

const ID = 'cdk-managed-secrets:rotatedValueIsResolvedOnce';

function app(isRotated = true) {
  const root = testApp();
  const [owner, reader] = ['Owner', 'Reader'].map(id => testStack(id, root));
  new SecretNamespace(owner, 'Secrets', { environment: 'prod', service: 'payments' });
  const secret = new ManagedSecret(owner, 'Secret', { purpose: 'key', content: SecretContent.generatedField({ template: { username: 'app' } }) });
  if (isRotated) rotate(owner, secret);
  return { owner, reader, secret };
}

function rotate(stack: Stack, secret: secretsmanager.ISecret): void {
  const code = lambda.Code.fromInline('//');
  const rotationLambda = new lambda.Function(stack, 'Rotation', { runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code });
  secret.addRotationSchedule('Schedule', { rotationLambda, automaticallyAfter: Duration.days(30) });
}

function warnings(stack: Stack): { id: string; text: string }[] {
  return assertions.Annotations.fromStack(stack).findWarning('*', assertions.Match.stringLikeRegexp('resolved when'))
    .map(({ id, entry: { data } }) => ({ id, text: String(data) }));
}

/** A resource of some type with the text. */
const holder = (stack: Stack, value: string, type = 'Custom::Holder') => new CfnResource(stack, 'Holder', { type, properties: { value } });

describe.each(HOLDERS.map(each => [`${each.name}: ${each.where}`, each] as const))('%s', (_, { hold, type }) => {
  test('of a rotated secret is warned of once, with the way out', () => {
    const { reader, secret } = app();
    hold(reader, secret.secretValue);
    const found = warnings(reader);
    expect(found).toHaveLength(1);
    expect((reader.node.root.node.findAll().find(each => `/${each.node.path}` === found[0].id) as CfnResource).cfnResourceType).toBe(type);
    expect(found[0].text).toContain(`The value of Owner/Secret is resolved when this is deployed, and not again after a rotation; ${wayOut(type)}.`);
  });

  test('of one that is not rotated is fine', () => {
    const { reader, secret } = app(false);
    hold(reader, secret.secretValue);
    expect(warnings(reader)).toEqual([]);
  });
});

describe('a reference', () => {
  const reference = (options: SecretsManagerSecretOptions) => (secret: ManagedSecret) =>
    new CfnDynamicReference(CfnDynamicReferenceService.SECRETS_MANAGER, secret.cfnDynamicReferenceKey(options)).toString();
  const warned = (refer: (secret: ManagedSecret) => string) => {
    const { reader, secret } = app();
    holder(reader, refer(secret));
    return warnings(reader).map(({ text }) => text);
  };

  test.each<[string, (secret: ManagedSecret) => string]>([
    ['to a field', secret => secret.secretValueFromJson('password').unsafeUnwrap()],
    ['within a text', secret => `postgres://app:${secret.secretValueFromJson('password').unsafeUnwrap()}@db`],
    ['by its key', reference({ jsonField: 'password' })],
    ['to AWSCURRENT', reference({ versionStage: 'AWSCURRENT' })],
  ])('%s is warned of', (_, refer) => expect(warned(refer)).toEqual([expect.not.stringContaining('never the newest')]));

  test.each([
    ['a staging label', { versionStage: 'AWSPREVIOUS' }, 'AWSPREVIOUS'],
    ['a version', { versionId: '01234567-89ab-cdef-0123-456789abcdef' }, '01234567-89ab-cdef-0123-456789abcdef'],
  ])('that is pinned to %s is told of that too', (_, options, pinned) =>
    expect(warned(reference(options))).toEqual([expect.stringContaining(`the version ${pinned} is never the newest`)]));

  test('in an output is warned of', () => {
    const { reader, secret } = app();
    new CfnOutput(reader, 'Output', { value: secret.secretValue.unsafeUnwrap() });
    expect(warnings(reader)).toHaveLength(1);
  });

  test('that nothing holds is not', () => {
    const { reader, owner, secret } = app();
    secret.secretValueFromJson('password');
    expect([...warnings(reader), ...warnings(owner)]).toEqual([]);
  });

  test('by the attachment of a secret is warned of, and is to the attachment', () => {
    const { owner, secret } = app(false);
    const attached = secret.attach({ asSecretAttachmentTarget: () => ({ targetId: 'db', targetType: secretsmanager.AttachmentTargetType.RDS_DB_INSTANCE }) });
    rotate(owner, attached);
    const { logicalId } = holder(owner, attached.secretValueFromJson('password').unsafeUnwrap());
    expect(warnings(owner).map(({ id }) => id)).toEqual(['/Owner/Holder']);
    expect(JSON.stringify(assertions.Template.fromStack(owner).toJSON().Resources[owner.resolve(logicalId)])).toContain('"Ref":"SecretAttachment');
  });

  test('of the database that the rotation changes is the way to start it', () => {
    const { owner, secret } = app(false);
    const database = new rds.DatabaseInstance(owner, 'Database', {
      engine: rds.DatabaseInstanceEngine.POSTGRES,
      vpc: new ec2.Vpc(owner, 'Vpc', { natGateways: 0 }),
      credentials: rds.Credentials.fromSecret(secret, 'app'),
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    });
    database.addRotationSingleUser();
    expect(warnings(owner)).toEqual([]);
  });

  test('is accepted where it stands, with a reason', () => {
    const { reader, secret } = app();
    holder(reader, secret.secretValue.unsafeUnwrap());
    Annotations.of(reader).acknowledgeWarning(ID, 'The resource is made anew by each deployment, and used at once.');
    expect(warnings(reader)).toEqual([]);
  });

  test('to an import says nothing, because nobody knows whether it is rotated', () => {
    const { reader } = app();
    holder(reader, ManagedSecret.fromName(reader, 'Theirs', 'prod/other/key', SecretEncryption.awsManagedKey()).secretValue.unsafeUnwrap());
    expect(warnings(reader)).toEqual([]);
  });

  test('is what the L2 makes of it', () => {
    const { owner, secret } = app();
    expect(owner.resolve(secret.secretValueFromJson('password').unsafeUnwrap()))
      .toEqual(owner.resolve(SecretValue.secretsManager(secret.secretArn, { jsonField: 'password' }).unsafeUnwrap()));
    expect(owner.resolve(secret.cfnDynamicReferenceKey())).toEqual(owner.resolve(SecretValue.cfnDynamicReferenceKey(secret.secretArn)));
  });
});

describe('a way out', () => {
  test.each(Object.keys(WAYS_OUT))('of %s is one of a resource that there is, and stands in the warning', type => {
    const [, service, name] = type.split('::');
    const { [`aws_${service.toLowerCase()}`]: module } = cdk as unknown as Record<string, Record<string, { CFN_RESOURCE_TYPE_NAME: string }>>;
    expect(module[`Cfn${name}`].CFN_RESOURCE_TYPE_NAME).toBe(type);
    const { reader, secret } = app();
    holder(reader, secret.secretValue.unsafeUnwrap(), type);
    expect(warnings(reader).map(({ text }) => text.includes(WAYS_OUT[type]))).toEqual(type.startsWith('AWS::RDS::') ? [] : [true]);
  });

  test('names constructs that this package has', () => {
    const named = Object.values(WAYS_OUT).flatMap(text => text.match(/\b([A-Z]\w+Consumer|MasterUserRotation)\b/g) ?? []);
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter(name => !(name in library))).toEqual([]);
  });
});

test('the guide has a row for each', () => {
  const rows = HOLDERS.map(({ name, where, type }) => [name, where, sentence(wayOut(type))]);
  expectTableInDocs('docs/guides/consumers-services.md', 'what is resolved once', [['Service', 'Where the value goes', 'The way out'], ...rows]);
});

const sentence = (text: string) => `${text[0].toUpperCase()}${text.slice(1)}.`;
