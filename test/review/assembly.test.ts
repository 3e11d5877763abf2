import { App, aws_iam as iam, aws_secretsmanager as secretsmanager, CfnOutput, Stack, Stage } from 'aws-cdk-lib';
import { deployStackAfter } from '../../src/private/stack-order';
import { neededFirst } from '../../src/review/assembly/creation-order';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import { WrittenStack, writtenAssembly } from '../support/review/written-assembly';

// The first synthesis of a newer aws-cdk-lib compiles its template validation.

const PLACE = { account: '111122223333', region: 'eu-west-1' };

const TEMPLATE = {
  Parameters: {
    Size: { Type: 'String', Default: 'large' },
    Zones: { Type: 'CommaDelimitedList', Default: 'a, b' },
    Image: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/images/newest' },
    Unset: { Type: 'String' },
  },
  Mappings: { Memory: { large: { MiB: 4096 } } },
  Conditions: {
    InEurope: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] },
    Elsewhere: { 'Fn::Not': [{ Condition: 'InEurope' }] },
    Either: { 'Fn::Or': [{ Condition: 'InEurope' }, { Condition: 'Elsewhere' }] },
    Both: { 'Fn::And': [{ Condition: 'InEurope' }, { Condition: 'Elsewhere' }] },
  },
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'orders' } },
    Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'reader', Path: '/shop/' } },
    Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'prod/shop/key' } },
    Nameless: { Type: 'AWS::SecretsManager::Secret' },
    Key: { Type: 'AWS::KMS::Key', Properties: {} },
    Function: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: { 'Fn::Sub': 'worker-${Size}' } } },
    Broker: { Type: 'AWS::AmazonMQ::Broker', Properties: { BrokerName: 'orders' } },
    Endpoint: { Type: 'AWS::EC2::VPCEndpoint', Properties: { ServiceName: 'com.amazonaws.eu-west-1.secretsmanager' } },
    Attachment: { Type: 'AWS::SecretsManager::SecretTargetAttachment', Properties: { SecretId: { Ref: 'Secret' } } },
    Rotation: { Type: 'AWS::SecretsManager::RotationSchedule', Properties: { SecretId: { Ref: 'Attachment' } } },
  },
};

function artifact(name: string, template: object, environment = PLACE): WrittenStack {
  return { name, template, environment };
}

const assembly = writtenAssembly;

function resolve(value: unknown, ...others: WrittenStack[]): unknown {
  const template = { ...TEMPLATE, Resources: { ...TEMPLATE.Resources, Thing: { Type: 'Test::Shop::Thing', Properties: { value } } } };
  return resolveTemplates(assembly(artifact('Shop', template), ...others))[0].template.Resources.Thing.Properties!.value;
}

describe('intrinsic functions', () => {
  test.each<[unknown, unknown]>([
    [{ Ref: 'AWS::AccountId' }, '111122223333'],
    [{ Ref: 'AWS::Region' }, 'eu-west-1'],
    [{ Ref: 'AWS::Partition' }, 'aws'],
    [{ Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
    [{ Ref: 'AWS::StackName' }, 'Shop'],
    [{ Ref: 'Size' }, 'large'],
    [{ Ref: 'Zones' }, ['a', 'b']],
    [{ Ref: 'Image' }, '{{resolve:ssm:/images/newest}}'],
    [{ Ref: 'Queue' }, 'https://sqs.eu-west-1.amazonaws.com/111122223333/orders'],
    [{ Ref: 'Role' }, 'reader'],
    [{ 'Fn::GetAtt': ['Role', 'Arn'] }, 'arn:aws:iam::111122223333:role/shop/reader'],
    [{ 'Fn::GetAtt': 'Queue.Arn' }, 'arn:aws:sqs:eu-west-1:111122223333:orders'],
    [{ 'Fn::GetAtt': ['Function', 'Arn'] }, 'arn:aws:lambda:eu-west-1:111122223333:function:worker-large'],
    [{ 'Fn::Join': ['/', ['a', { Ref: 'Size' }, 'c']] }, 'a/large/c'],
    [{ 'Fn::Select': ['1', { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    [{ 'Fn::Sub': '${Size} ${Role.Arn} ${!kept}' }, 'large arn:aws:iam::111122223333:role/shop/reader ${kept}'],
    [{ 'Fn::Sub': ['${Own} in ${AWS::Region}', { Own: { Ref: 'Size' } }] }, 'large in eu-west-1'],
    [{ 'Fn::FindInMap': ['Memory', { Ref: 'Size' }, 'MiB'] }, 4096],
    [{ 'Fn::GetAZs': '' }, ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']],
    [{ 'Fn::Base64': 'text' }, 'dGV4dA=='],
    [{ 'Fn::ToJsonString': { size: { Ref: 'Size' } } }, '{"size":"large"}'],
    [{ 'Fn::Length': ['a', 'b'] }, 2],
    [{ 'Fn::If': ['InEurope', 'here', 'there'] }, 'here'],
    [{ 'Fn::If': ['Elsewhere', 'there', 'here'] }, 'here'],
    [{ 'Fn::If': ['Either', 1, 2] }, 1],
    [{ 'Fn::If': ['Both', 1, 2] }, 2],
    [['a', { 'Fn::If': ['Elsewhere', 'b', { Ref: 'AWS::NoValue' }] }], ['a']],
    [{ kept: 1, dropped: { Ref: 'AWS::NoValue' } }, { kept: 1 }],
    [{ Condition: { StringEquals: { a: 'b' } } }, { Condition: { StringEquals: { a: 'b' } } }],
  ])('resolves %j', (raw, expected) => {
    expect(resolve(raw)).toEqual(expected);
  });

  test('gives secrets an ARN that ends in six letters or digits, and a name where there is none', () => {
    expect(resolve({ Ref: 'Secret' })).toMatch(/^arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod\/shop\/key-[A-Za-z0-9]{6}$/);
    expect(resolve({ Ref: 'Nameless' })).toMatch(/:secret:Nameless-[A-Za-z0-9]{12}-[A-Za-z0-9]{6}$/);
    expect(resolve({ 'Fn::GetAtt': ['Secret', 'Id'] })).toBe(resolve({ Ref: 'Secret' }));
  });

  test('gives the parts of a secret its ARN', () => {
    expect(resolve({ Ref: 'Attachment' })).toBe(resolve({ Ref: 'Secret' }));
    expect(resolve({ Ref: 'Rotation' })).toBe(resolve({ Ref: 'Secret' }));
  });

  test('gives a VPC endpoint its DNS names', () => {
    expect(resolve({ 'Fn::Select': [1, { 'Fn::Split': [':', { 'Fn::Select': [0, { 'Fn::GetAtt': ['Endpoint', 'DnsEntries'] }] }] }] }))
      .toMatch(new RegExp(`^${resolve({ Ref: 'Endpoint' })}-[a-z0-9]{8}\\.secretsmanager\\.eu-west-1\\.vpce\\.amazonaws\\.com$`));
  });

  test('gives a broker its host', () => {
    expect(resolve({ 'Fn::Select': [0, { 'Fn::GetAtt': ['Broker', 'AmqpEndpoints'] }] }))
      .toMatch(/^amqps:\/\/b-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.mq\.eu-west-1\.amazonaws\.com:5671$/);
    expect(resolve({ 'Fn::GetAtt': ['Broker', 'Arn'] })).toBe(`arn:aws:mq:eu-west-1:111122223333:broker:orders:${resolve({ Ref: 'Broker' })}`);
  });

  test('makes up the same id each time, and another one in another stack', () => {
    const [one, other] = resolveTemplates(assembly(artifact('One', TEMPLATE), artifact('Other', TEMPLATE))).map(stack => stack.getAtt('Key', 'Arn'));

    expect(one).toBe(resolveTemplates(assembly(artifact('One', TEMPLATE)))[0].getAtt('Key', 'Arn'));
    expect(one).toMatch(/^arn:aws:kms:eu-west-1:111122223333:key\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(one).not.toBe(other);
  });

  test('knows the partition and its domain', () => {
    const china = resolveTemplates(assembly(artifact('Shop', TEMPLATE, { ...PLACE, region: 'cn-north-1' })))[0];

    expect(china.getAtt('Role', 'Arn')).toMatch(/^arn:aws-cn:iam::/);
    expect(china.urlSuffix).toBe('amazonaws.com.cn');
  });

  test('leaves resources out whose condition does not hold', () => {
    const conditional = { ...TEMPLATE.Resources, Queue: { ...TEMPLATE.Resources.Queue, Condition: 'Elsewhere' } };

    expect(resolveTemplates(assembly(artifact('Shop', { ...TEMPLATE, Resources: conditional })))[0].template.Resources.Queue).toBeUndefined();
  });
});

describe('an intrinsic without a value fails, and names stack, logical id and intrinsic', () => {
  test.each<[unknown, RegExp]>([
    [{ Ref: 'Missing' }, /cannot resolve Ref "Missing" in Thing of stack Shop: the template has no resource Missing/],
    [{ Ref: 'Unset' }, /Ref "Unset" in Thing of stack Shop: the parameter has no default/],
    [{ 'Fn::GetAtt': ['Missing', 'Arn'] }, /Fn::GetAtt \["Missing","Arn"\] in Thing of stack Shop/],
    [{ 'Fn::ImportValue': 'nobody-exports-this' }, /Fn::ImportValue "nobody-exports-this" in Thing of stack Shop: no stack in 111122223333\/eu-west-1 exports it/],
    [{ 'Fn::GetStackOutput': { StackName: 'Gone', OutputName: 'Arn' } }, /Fn::GetStackOutput .*"Gone".* in Thing of stack Shop/],
    [{ 'Fn::Select': [7, ['a']] }, /Fn::Select in Thing of stack Shop: the list has 1 elements, and none at 7/],
    [{ 'Fn::Split': ['/', ['a']] }, /Fn::Split in Thing of stack Shop: its argument is not a string/],
    [{ 'Fn::FindInMap': ['Memory', 'tiny', 'MiB'] }, /Fn::FindInMap \["Memory","tiny","MiB"\]/],
    [{ 'Fn::If': ['Undefined', 1, 2] }, /Condition "Undefined" in Thing of stack Shop/],
    [{ 'Fn::Transform': { Name: 'AWS::Include' } }, /Fn::Transform in Thing of stack Shop: this intrinsic function is not supported here/],
    [{ 'Fn::Sub': 'hunter2 ${Missing}' }, /^(?!.*hunter2).*Ref "Missing"/],
  ])('%j', (raw, message) => {
    expect(() => resolve(raw)).toThrow(message);
  });

  test('a region that does not exist', () => {
    expect(() => resolveTemplates(assembly(artifact('Shop', TEMPLATE, { ...PLACE, region: 'eu-nowhere-1' })))).toThrow(/eu-nowhere-1/);
  });

  test('a directory that is no cloud assembly', () => {
    expect(() => resolveTemplates(__dirname)).toThrow(/is not a cloud assembly/);
  });
});

describe('references between stacks', () => {
  function readerOfAnotherStack(strength: string, [ofSecret, ofReader]: { account: string; region: string }[]) {
    const app = new App({ context: { '@aws-cdk/core:defaultCrossStackReferences': strength } });
    const secret = new secretsmanager.CfnSecret(new Stack(app, 'Owner', { env: ofSecret }), 'Secret', { name: 'prod/shop/key' });
    new CfnOutput(new Stack(app, 'Reader', { env: ofReader }), 'Arn', { value: secret.ref });
    const [owner, reader] = resolveTemplates(app.synth());
    return { arn: owner.ref('Secret'), read: reader.template.Outputs!.Arn.Value };
  }

  test.each(['weak', 'strong', 'both'])('%s, in one account and region', strength => {
    const { arn, read } = readerOfAnotherStack(strength, [PLACE, PLACE]);
    expect(read).toBe(arn);
  });

  test.each(['weak', 'strong'])('%s, from another region', strength => {
    const { arn, read } = readerOfAnotherStack(strength, [PLACE, { ...PLACE, region: 'us-west-2' }]);
    expect(read).toBe(arn);
    expect(arn).toContain(':eu-west-1:');
  });

  test('from another account', () => {
    const { arn, read } = readerOfAnotherStack('weak', [PLACE, { ...PLACE, account: '444455556666' }]);
    expect(read).toBe(arn);
  });
});

describe('what is created first', () => {
  const resource = (Properties?: object, DependsOn?: string | string[]) => ({ Type: 'Test::Shop::Thing', Properties, DependsOn });
  const template = (Thing: ReturnType<typeof resource>) => ({ Resources: { Thing, A: resource({ Ref: 'B' }), B: resource(), C: resource({}, 'B'), Database: resource() } });

  test.each<[string, ReturnType<typeof resource>, string[]]>([
    ['nothing', resource({ Name: 'A', Region: { Ref: 'AWS::Region' } }), []],
    ['one by DependsOn', resource({}, 'Database'), ['Database']],
    ['several by DependsOn', resource({}, ['B', 'Database']), ['B', 'Database']],
    ['by Ref, and what that needs', resource({ List: [{ Deep: { Ref: 'A' } }] }), ['A', 'B']],
    ['by Fn::GetAtt', resource({ Arn: { 'Fn::GetAtt': ['C', 'Arn'] } }), ['B', 'C']],
    ['by Fn::GetAtt in one text', resource({ Arn: { 'Fn::GetAtt': 'Database.Arn' } }), ['Database']],
    ['by Fn::Sub', resource({ Text: { 'Fn::Sub': '${Database} ${C.Arn} ${!A}' } }), ['B', 'C', 'Database']],
    ['by variables of Fn::Sub', resource({ Text: { 'Fn::Sub': ['${Own}', { Own: { Ref: 'Database' } }] } }), ['Database']],
  ])('%s', (_, thing, expected) => {
    expect([...neededFirst(template(thing), 'Thing')].sort()).toEqual(expected);
  });

  test('stacks too, and those that they need', () => {
    const app = new App();
    const [first, second, third] = ['First', 'Second', 'Third'].map(id => new Stack(app, id));
    deployStackAfter(third, second);
    deployStackAfter(second, first);
    const dependencies = Object.fromEntries(resolveTemplates(app.synth()).map(stack => [stack.path, stack.dependencies]));

    expect(dependencies).toEqual({ First: [], Second: ['First'], Third: ['Second', 'First'] });
  });
});

describe('stages and environments', () => {
  const app = new App();
  const stage = new Stage(app, 'Prod');
  new iam.Role(new Stack(stage, 'Shop'), 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  const synthesized = app.synth();

  test('reads the stacks of stages, from memory and from the directory alike', () => {
    const [shop] = resolveTemplates(synthesized);

    expect(shop).toMatchObject({ name: 'Prod-Shop', path: 'Prod/Shop', stage: 'Prod', account: '111122223333', region: 'us-east-1', environmentAgnostic: true });
    expect(Object.values(shop.constructPaths)).toContain('Prod/Shop/Role');
    expect(JSON.stringify(resolveTemplates(synthesized.directory))).toBe(JSON.stringify([shop]));
  });

  test('takes other stand-ins for account and region', () => {
    expect(resolveTemplates(synthesized, { account: '444455556666', region: 'cn-north-1' })[0])
      .toMatchObject({ account: '444455556666', region: 'cn-north-1', partition: 'aws-cn' });
  });
});
