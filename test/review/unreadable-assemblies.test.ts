import { writeFileSync } from 'fs';
import * as path from 'path';
import { App, aws_iam as iam, aws_secretsmanager as secretsmanager, NestedStack, Stack } from 'aws-cdk-lib';
import { readAssembly, withoutLargeProperties } from '../../src/review/assembly/assembly-files';
import { resolveAssemblies, resolveTemplates } from '../../src/review/assembly/resolve-templates';
import { temporaryFolder, writeAssembly, WrittenStack, writtenAssembly } from '../support/review/written-assembly';

const PLACE = { account: '111122223333', region: 'eu-west-1' };
const ROLE = { Type: 'AWS::IAM::Role', Properties: { RoleName: 'reader' } };

function stack(Resources: object, others: Partial<WrittenStack> & { sections?: object } = {}): WrittenStack {
  const { sections, ...rest } = others;
  return { name: 'Shop', template: { Resources, ...sections }, ...rest };
}

function problemsOf(...stacks: WrittenStack[]): string[] {
  return resolveAssemblies([writtenAssembly(...stacks)]).problems.map(problem => problem.replace(/\S*\/assembly-\w+/g, '<assembly>'));
}

function valueIn(value: unknown, sections?: object): unknown {
  const [{ template }] = resolveAssemblies([writtenAssembly(stack({ Thing: { Type: 'Test::Shop::Thing', Properties: { value } } }, { sections }))]).stacks;
  return template.Resources.Thing.Properties!.value;
}

describe('a value that only a deployment knows', () => {
  const parameter = { Parameters: { Env: { Type: 'String' } }, Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Env' }, 'prod'] } } };
  const env = 'the value of Ref "Env" in Thing of stack Shop (the parameter has no default; give it one, or use a value known at synthesis)';

  test.each<[unknown, unknown]>([
    [{ Ref: 'Env' }, { unknown: env }],
    [{ 'Fn::Join': ['/', ['arn', { Ref: 'Env' }, 'db']] }, { unknown: env, startsWith: 'arn/' }],
    [{ 'Fn::Sub': 'secret:${Env}/db' }, { unknown: env, startsWith: 'secret:' }],
    [{ 'Fn::Join': ['', ['x', { 'Fn::Sub': 'y${Env}' }]] }, { unknown: env, startsWith: 'xy' }],
    [{ 'Fn::Select': [1, ['a', { Ref: 'Env' }]] }, { unknown: env }],
    [{ 'Fn::Select': [0, ['a', { Ref: 'Env' }]] }, 'a'],
    [{ 'Fn::Split': ['/', { 'Fn::Sub': 'a/${Env}' }] }, { unknown: env }],
    [{ 'Fn::If': ['IsProd', 'one', 'one'] }, 'one'],
    [{ 'Fn::If': ['IsProd', 'one', 'other'] }, { unknown: `whether the condition IsProd holds, for ${env}` }],
    [{ 'Fn::Not': [{ Condition: 'IsProd' }] }, { unknown: env }],
    [{ 'Fn::And': [{ Condition: 'IsProd' }, { 'Fn::Equals': [1, 2] }] }, false],
    [{ 'Fn::Or': [{ Condition: 'IsProd' }, { 'Fn::Equals': [1, 1] }] }, true],
    [{ 'Fn::Join': 7 }, { unknown: expect.stringContaining('its argument has not the form that CloudFormation takes') }],
    [{ list: ['known', { Ref: 'Env' }] }, { list: ['known', { unknown: env }] }],
  ])('%j', (value, expected) => {
    expect(valueIn(value, parameter)).toEqual(expected);
  });

  test('of a custom resource, and of a resource whose name depends on itself', () => {
    const thing = (value: unknown) => ({ Type: 'Test::Shop::Thing', Properties: { value } });
    const [{ template: { Resources } }] = resolveAssemblies([writtenAssembly(stack({
      Custom: { Type: 'Custom::Lookup' },
      Circular: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::GetAtt': ['Circular', 'QueueName'] } } },
      A: thing({ 'Fn::GetAtt': ['Custom', 'Arn'] }),
      B: thing({ 'Fn::GetAtt': ['Circular', 'Arn'] }),
    }))]).stacks;

    expect(Resources.A.Properties!.value).toEqual({ unknown: expect.stringContaining('the custom resource alone knows it') });
    expect(Resources.B.Properties!.value).toMatch(/^arn:aws:sqs:/);
  });

  test('leaves a resource in whose condition it stands', () => {
    const conditional = stack({ Thing: { ...ROLE, Condition: 'IsProd' } }, { sections: parameter });

    expect(resolveAssemblies([writtenAssembly(conditional)]).stacks[0].template.Resources.Thing).toBeDefined();
    expect(problemsOf(conditional)).toEqual([expect.stringMatching(/^Thing of Shop is reviewed as if it were created: whether its condition IsProd holds is not known/)]);
  });
});

describe('nested stacks', () => {
  function parentWithChild() {
    const app = new App();
    const parent = new Stack(app, 'Parent', { env: PLACE });
    const child = new NestedStack(parent, 'Child');
    const grandchild = new NestedStack(child, 'Grandchild');
    const secret = new secretsmanager.Secret(parent, 'Secret', { secretName: 'prod/shop/key' });
    const role = new iam.Role(grandchild, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    secret.grantRead(role);
    new iam.CfnRole(parent, 'Copy', { assumeRolePolicyDocument: {}, roleName: 'copy', tags: [{ key: 'of', value: role.roleArn }] });
    return app;
  }

  test('are read, with what goes in and what comes out', () => {
    const [parent, child, grandchild] = resolveTemplates(parentWithChild().synth());
    const policy = Object.values(grandchild.template.Resources).find(({ Type }) => Type === 'AWS::IAM::Policy')!;

    expect([parent, child, grandchild].map(each => each.path)).toEqual(['Parent', 'Parent/Child', 'Parent/Child/Grandchild']);
    expect(policy.Properties!.PolicyDocument.Statement[0].Resource).toBe(parent.ref('SecretA720EF05'));
    const [roleId] = Object.entries(grandchild.template.Resources).find(([, { Type }]) => Type === 'AWS::IAM::Role')!;
    expect(parent.template.Resources.Copy.Properties!.Tags[0].Value).toBe(grandchild.getAtt(roleId, 'Arn'));
    expect(Object.values(grandchild.constructPaths)).toContain('Parent/Child/Grandchild/Role');
    expect(Object.values(parent.constructPaths)).not.toContain('Parent/Child/Grandchild/Role');
  });

  test('whose template is not in the assembly are one line', () => {
    expect(problemsOf(stack({ Child: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://example.com/template.json' } } })))
      .toEqual(['the nested stack Child of Shop is not reviewed: its template is not in the assembly']);
  });
});

describe('one line each, and the rest is there', () => {
  test.each<[string, WrittenStack, RegExp]>([
    ['a StackSet', stack({ ROLE, Set: { Type: 'AWS::CloudFormation::StackSet' } }), /^the stacks of the StackSet Set of Shop are not reviewed/],
    ['a product', stack({ ROLE, Item: { Type: 'AWS::ServiceCatalog::CloudFormationProduct' } }), /^the stacks of the product Item of Shop are not reviewed/],
    ['a product that is launched', stack({ ROLE, Item: { Type: 'AWS::ServiceCatalog::CloudFormationProvisionedProduct' } }), /^the stacks of the provisioned product Item of Shop are not reviewed/],
    ['a transform', stack({ ROLE }, { sections: { Transform: 'AWS::Serverless-2016-10-31' } }), /^what the transform AWS::Serverless-2016-10-31 makes of Shop is not reviewed/],
    ['a region that nobody knows', stack({ ROLE }, { environment: { ...PLACE, region: 'eu-nowhere-1' } }), /^the region "eu-nowhere-1" of stack Shop is not one that aws-cdk-lib knows/],
    ['a template that is no JSON', { name: 'Broken', template: '{' }, /^the stack Broken of <assembly> is not reviewed: .* does not hold a JSON object/],
    ['a template too large', { name: 'Broken', template: ' '.repeat(17 * 1024 * 1024) }, /^the stack Broken of <assembly> is not reviewed: .* CloudFormation takes a template of 1 MB at most/],
    ['an environment of another form', stack({ ROLE }, { environment: { account: 'a/b/c', region: 'd' } }), /^the stack Shop of <assembly> is not reviewed: its environment is/],
  ])('%s', (_, broken, message) => {
    const sound = { name: 'Sound', template: { Resources: { Role: ROLE } } };

    expect(problemsOf(broken, sound)).toEqual([expect.stringMatching(message)]);
    expect(resolveAssemblies([writtenAssembly(broken, sound)]).stacks.map(({ name }) => name)).toContain('Sound');
  });

  test('more than 64 MB: large properties that say nothing of access are not kept', () => {
    const text = 'x'.repeat(15 * 1024 * 1024);
    const template = { Resources: { Role: ROLE, Thing: { Type: 'Test::Shop::Thing', Properties: { text } } } };
    const stacks = Array.from({ length: 5 }, (_, index) => ({ name: `S${index}`, template }));
    const { stacks: read, problems } = resolveAssemblies([writtenAssembly(...stacks)]);

    expect(problems).toEqual([expect.stringMatching(/have more than 64 MB/)]);
    expect(read.map(each => each.template.Resources.Thing.Properties!.text?.length)).toEqual([...Array<number>(4).fill(text.length), undefined]);
    expect(read[4].template.Resources.Role.Properties).toEqual(ROLE.Properties);
    const { Role } = withoutLargeProperties({ Resources: { Role: { ...ROLE, Properties: { Policies: text } } } }).Resources;
    expect(Role.Properties!.Policies).toBe(text);
  });

  test.each<[string, RegExp]>([
    ['999.0.0', /has version 999 of the schema .* update aws-cdk-lib$/],
    ['8.0.0', /has version 8 of the schema .* older than aws-cdk-lib 2.0/],
    ['nonsense', /does not say the version of its schema/],
  ])('schema version %s', (version, message) => {
    const folder = writeAssembly(temporaryFolder(), [stack({ Role: ROLE })], version);
    const { stacks, problems } = resolveAssemblies([folder]);

    expect(problems).toEqual([expect.stringMatching(message)]);
    expect(stacks).toHaveLength(1);
  });

  test('a directory without a manifest is an error, with what to do', () => {
    expect(() => readAssembly(temporaryFolder())).toThrow(/has no manifest.json\); synthesize the app into it first, with `npx cdk synth --output/);
  });

  test('a manifest that is no JSON is an error too', () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'manifest.json'), '[');

    expect(() => readAssembly(folder)).toThrow(/manifest.json does not hold a JSON object/);
  });
});

describe('several assemblies', () => {
  const role = (RoleName: string) => stack({ Role: { ...ROLE, Properties: { RoleName } } });

  test('of two accounts are read together, and exports cross them', () => {
    const owner = writtenAssembly({ name: 'Owner', template: { Resources: { Role: ROLE }, Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] }, Export: { Name: 'role' } } } } });
    const reader = writtenAssembly({ name: 'Reader', template: { Resources: {}, Outputs: { Copy: { Value: { 'Fn::ImportValue': 'role' } } } } });

    expect(resolveAssemblies([reader, owner]).stacks[0].template.Outputs!.Copy.Value).toBe('arn:aws:iam::111122223333:role/reader');
  });

  test('with one stack that differs: the first counts, and one line', () => {
    const { stacks, problems } = resolveAssemblies([writtenAssembly(role('one')), writtenAssembly(role('other'))]);

    expect(stacks.map(({ template }) => template.Resources.Role.Properties!.RoleName)).toEqual(['one']);
    expect(problems).toEqual([expect.stringMatching(/^the stack Shop of 111122223333\/eu-west-1 is in .* and in .*, with another template: that of the former is reviewed/)]);
  });

  test('with constructs of one path in two accounts are told apart', () => {
    const elsewhere = { ...role('one'), environment: { account: '444455556666', region: 'eu-west-1' } };
    const { stacks, problems } = resolveAssemblies([writtenAssembly(role('one')), writtenAssembly(elsewhere)]);

    expect(problems).toEqual([]);
    expect(new Set(stacks.map(each => each.path)).size).toBe(2);
  });
});

describe('where a construct was made', () => {
  const at = (metadata: WrittenStack['metadata']) => resolveAssemblies([writtenAssembly(stack({ Role: ROLE }, { metadata }))]).stacks[0].sourceOf('Shop/Role');

  test.each<[string, NonNullable<WrittenStack['metadata']>, object | undefined]>([
    ['by the creation stack', {
      '/Shop/Role/Resource': [{ type: 'aws:cdk:creationStack', data: ['...new Role2 in aws-cdk-lib...', 'iam (/app/lib/shop.ts:6:14)', '<anonymous> (/app/bin.ts:1:1)'] }],
    }, { file: '/app/lib/shop.ts', line: 6 }],
    ['by the trace of the logical id', {
      '/Shop/Role/Resource': [{ type: 'aws:cdk:logicalId', data: 'Role', trace: ['new Role (/app/node_modules/aws-cdk-lib/role.js:1:1)', 'Object.<anonymous> (/app/bin.ts:9:3)'] }],
    }, { file: '/app/bin.ts', line: 9 }],
    ['below the working directory', {
      '/Shop/Role': [{ type: 'aws:cdk:creationStack', data: [`at file://${process.cwd()}/bin/shop.ts:3:1`] }],
    }, { file: 'bin/shop.ts', line: 3 }],
    ['nowhere', { '/Shop/Role/Resource': [{ type: 'aws:cdk:logicalId', data: 'Role' }] }, undefined],
  ])('%s', (_, metadata, expected) => {
    expect(at(metadata)).toEqual(expected);
  });
});
