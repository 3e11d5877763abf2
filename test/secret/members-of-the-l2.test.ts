import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { aws_kms as kms, aws_secretsmanager as secretsmanager, Stack } from 'aws-cdk-lib';
import * as ts from 'typescript';

/**
 * A class of ours that extends an L2 shares one object with it: a member that the L2 gets in a later release under a name of ours breaks
 * us, be it private or not. This runs on the oldest and on the newest aws-cdk-lib.
 */

const SRC = path.join(__dirname, '../../src');

const stack = new Stack();
const secret = new secretsmanager.Secret(stack, 'Secret');
const L2S: Record<string, object> = {
  'secretsmanager.Secret': secret,
  'secretsmanager.SecretTargetAttachment': new secretsmanager.SecretTargetAttachment(stack, 'Attachment', {
    secret, target: { asSecretAttachmentTarget: () => ({ targetId: 'id', targetType: secretsmanager.AttachmentTargetType.RDS_DB_INSTANCE }) },
  }),
  'kms.Key': new kms.Key(stack, 'Key'),
};

/** What ours mean to replace, and nothing else. */
const OVERRIDES = [
  'addReplicaRegion', 'addRotationSchedule', 'addToResourcePolicy', 'attach', 'cfnDynamicReferenceKey', 'grantRead', 'grantWrite', 'secretValueFromJson',
];

interface OurClass {
  readonly name: string;
  readonly base: string;
  readonly members: ts.ClassElement[];
}

function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(each => each.kind === kind);
}

function classesOf(file: string): OurClass[] {
  const source = ts.createSourceFile(file, readFileSync(path.join(SRC, file), 'utf8'), ts.ScriptTarget.Latest, true);
  return source.statements.filter(ts.isClassDeclaration).map(each => ({
    name: each.name!.text,
    base: each.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0].expression.getText() ?? '',
    members: each.members.filter(member => !hasModifier(member, ts.SyntaxKind.StaticKeyword)),
  }));
}

const ALL = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts')).flatMap(classesOf);

/** The L2 that a class extends, directly or by another of ours. */
function l2Of({ base }: OurClass): object | undefined {
  const ours = ALL.find(({ name }) => name === base);
  return ours ? l2Of(ours) : L2S[base];
}

const SUBCLASSES = ALL.filter(each => l2Of(each)).map(each => [each.name, each] as const);

/** Its own fields, and the methods and accessors of its class and all above: private ones too, since these exist when it runs. */
function membersOf(object: object): Set<string> {
  const names = new Set(Object.getOwnPropertyNames(object));
  for (let each = Object.getPrototypeOf(object); each !== Object.prototype; each = Object.getPrototypeOf(each)) {
    Object.getOwnPropertyNames(each).forEach(name => names.add(name));
  }
  return names;
}

function declaredBy({ members }: OurClass): { name: string; isPrivate: boolean }[] {
  const parameters = members.filter(ts.isConstructorDeclaration).flatMap(each => [...each.parameters]);
  const properties = parameters.filter(each => ts.isParameterPropertyDeclaration(each, each.parent));
  return [...members.filter(each => each.name), ...properties].map(each => ({
    name: each.name!.getText(), isPrivate: hasModifier(each, ts.SyntaxKind.PrivateKeyword),
  }));
}

test('the classes that extend an L2 are known', () => {
  expect(SUBCLASSES.map(([name]) => name)).toEqual(expect.arrayContaining(['ManagedSecret', 'RotatedDatabaseSecret', 'AttachedSecret', 'SecretsKey']));
  expect(ALL.filter(each => /^(secretsmanager|kms)\./.test(each.base) && !l2Of(each))).toEqual([]);
});

test.each(SUBCLASSES)('%s shares with the L2 what it overrides, and no other name', (_, ours) => {
  const ofL2 = membersOf(l2Of(ours)!);
  expect(declaredBy(ours).map(each => each.name).filter(each => ofL2.has(each) && !OVERRIDES.includes(each))).toEqual([]);
});

test.each(SUBCLASSES)('%s has private members under names that no L2 takes', (_, ours) => {
  expect(declaredBy(ours).filter(({ name, isPrivate }) => isPrivate && !name.startsWith('_'))).toEqual([]);
});

test('what is overridden is there', () => {
  expect(OVERRIDES.filter(name => !membersOf(secret).has(name))).toEqual([]);
});

test('the L2 `Secret` has no `grants` yet; when it gets one, ours must answer it', () => {
  expect([...membersOf(secret)].filter(name => /^grants$/.test(name))).toEqual([]);
});
