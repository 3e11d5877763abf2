import { assertions, aws_iam as iam, Stack } from 'aws-cdk-lib';
import {
  CredentialKind, CredentialRotator, IamAccessKey, IamAccessKeyOptions, RandomToken, RotatedSecret, RotatedSecretProps, SesSmtpPassword,
} from 'cdk-managed-secrets';
import { resolveTemplates } from '../../../src/review/assembly/resolve-templates';
import { sesSmtpHost } from '../../../src/rotation/contract/access-keys';
import { accessModel, decide, roleOf } from '../../../tools/access';
import { ENV, role, testApp } from '../../support/test-app';
import { resourcesOf, world, World } from '../rotated-databases';

const KINDS = {
  'access key': (options: IamAccessKeyOptions): CredentialKind => IamAccessKey.of(options),
  'SMTP password': (options: IamAccessKeyOptions): CredentialKind => SesSmtpPassword.of(options),
};

function rotatedKey(here: Pick<World, 'stack'>, kind: CredentialKind, props: Partial<RotatedSecretProps> = {}, id = 'Key'): RotatedSecret {
  return new RotatedSecret(here.stack, id, { purpose: id.toLowerCase(), kind, ...props });
}

function only(stack: Stack, type: string): any {
  const found = Object.values<any>(resourcesOf(stack)).filter(({ Type }) => Type === type);
  expect(found).toHaveLength(1);
  return found[0].Properties;
}

describe.each(Object.entries(KINDS))('an %s', (_, kindOf) => {
  test('of a user of the app: a placeholder, which is rotated at once, and tags that name the user', () => {
    const here = world();
    const user = new iam.User(here.stack, 'User');
    rotatedKey(here, kindOf({ user }));
    const secret = only(here.stack, 'AWS::SecretsManager::Secret');
    expect(secret.GenerateSecretString).toMatchObject({ GenerateStringKey: 'placeholder' });
    expect(secret.Tags).toEqual(expect.arrayContaining([
      { Key: 'cdk-managed-secrets:dedicated', Value: 'true' }, { Key: 'cdk-managed-secrets:user', Value: here.stack.resolve(user.userName) },
    ]));
    expect(only(here.stack, 'AWS::SecretsManager::RotationSchedule').RotateImmediatelyOnUpdate).toBe(true);
    expect(only(here.stack, 'AWS::Lambda::Function').VpcConfig).toBeUndefined();
  });

  test('of an imported user, whose other keys stay unless the app says that there are none', () => {
    for (const [dedicated, expected] of [[undefined, 'false'], [true, 'true']] as const) {
      const here = world();
      rotatedKey(here, kindOf({ user: iam.User.fromUserName(here.stack, 'User', 'uploader'), dedicated }));
      expect(only(here.stack, 'AWS::SecretsManager::Secret').Tags).toEqual(expect.arrayContaining([
        { Key: 'cdk-managed-secrets:dedicated', Value: expected }, { Key: 'cdk-managed-secrets:user', Value: 'uploader' },
      ]));
    }
  });

  test('two users share a rotator', () => {
    const here = world();
    const kinds = ['One', 'Two'].map(id => kindOf({ user: new iam.User(here.stack, `${id}User`) }));
    const rotator = new CredentialRotator(here.stack, 'Rotator', { kind: kinds[0] });
    kinds.forEach((kind, index) => rotatedKey(here, kind, { rotator }, `Key${index}`));
    assertions.Template.fromStack(here.stack).resourceCountIs('AWS::Lambda::Function', 1);
  });

  test('its function touches the keys of the one user, and does nothing else to it, as an IAM simulator decides', async () => {
    const here = world();
    const [mine, others] = ['Mine', 'Others'].map(id => new iam.User(here.stack, id, { userName: id.toLowerCase() }));
    rotatedKey(here, kindOf({ user: mine }));
    rotatedKey(here, kindOf({ user: others }), {}, 'Another');
    const model = accessModel(resolveTemplates((here.stack.node.root as ReturnType<typeof testApp>).synth()));
    const principal = roleOf(model, 'Stack/Key/Rotator/Role');
    const decisionOn = async (action: string, user: string) => decide(model, { principal, action, resource: `arn:aws:iam::${ENV.account}:user/${user}` });
    for (const action of ['CreateAccessKey', 'DeleteAccessKey', 'ListAccessKeys', 'GetAccessKeyLastUsed']) {
      expect([action, await decisionOn(`iam:${action}`, 'mine'), await decisionOn(`iam:${action}`, 'others')]).toEqual([action, 'Allowed', 'ImplicitlyDenied']);
    }
    for (const action of ['UpdateAccessKey', 'PutUserPolicy', 'AttachUserPolicy', 'CreateLoginProfile', 'TagUser', 'DeleteUser', 'AddUserToGroup']) {
      if (action !== 'AddUserToGroup') expect([action, await decisionOn(`iam:${action}`, 'mine')]).toEqual([action, 'ImplicitlyDenied']);
    }
  });

  /** What is wrong, what makes it, and the one error. */
  const WRONG: [string, (here: World) => unknown, RegExp][] = [
    ['no options', here => rotatedKey(here, kindOf(undefined as never)), /`user` must be a user of IAM/],
    ['null for options', here => rotatedKey(here, kindOf(null as never)), /`user` must be a user of IAM/],
    ['no user', here => rotatedKey(here, kindOf({} as never)), /`user` must be a user of IAM/],
    ['a role', here => rotatedKey(here, kindOf({ user: role(here.stack) as never })), /for a role use its temporary credentials/],
    ['the name of a user', here => rotatedKey(here, kindOf({ user: 'uploader' as never })), /`user` must be a user of IAM/],
    ['a group', here => rotatedKey(here, kindOf({ user: new iam.Group(here.stack, 'Group') as never })), /`user` must be a user of IAM/],
    ['a user of another account', here => rotatedKey(here, kindOf({ user: iam.User.fromUserArn(here.stack, 'Other', 'arn:aws:iam::444455556666:user/other') })),
      /`user` must be of the secret's own account 111122223333, got Stack\/Other of 444455556666/],
    ['a name that no tag holds', here => rotatedKey(here, kindOf({ user: iam.User.fromUserName(here.stack, 'Other', 'a,b') })), /because a tag of the secret holds it, got "a,b"/],
    ['a name of the console, with a space', here => rotatedKey(here, kindOf({ user: iam.User.fromUserName(here.stack, 'Other', 'a b') })), /because a tag of the secret/],
    ['dedication that is a text', here => rotatedKey(here, kindOf({ user: new iam.User(here.stack, 'User'), dedicated: 'yes' as never })), /`dedicated` must be true or false/],
    ['a first rotation that does not come', here => rotatedKey(here, kindOf({ user: new iam.User(here.stack, 'User') }), { rotateImmediately: false }),
      /`rotateImmediately` must not be false for .*, whose first value the first rotation makes/],
    ['a rotator of another kind', here => rotatedKey(here, kindOf({ user: new iam.User(here.stack, 'User') }), {
      rotator: new CredentialRotator(here.stack, 'Rotator', { kind: RandomToken.of() }),
    }), /`kind` must be that of `rotator` Stack\/Rotator, random tokens/],
    ['a rotator that is a text', here => rotatedKey(here, kindOf({ user: new iam.User(here.stack, 'User') }), { rotator: 'x' as never }), /`rotator` must be a CredentialRotator/],
    ['content that is a text', here => rotatedKey(here, kindOf({ user: new iam.User(here.stack, 'User') }), { content: 'AKIA' as never }), /`content` must be a SecretContent/],
    ['a schedule that is a text', here => rotatedKey(here, kindOf({ user: new iam.User(here.stack, 'User') }), { schedule: 'monthly' as never }), /`schedule` must be a RotationSchedule/],
    ['two secrets of one user', here => {
      const user = new iam.User(here.stack, 'User');
      rotatedKey(here, kindOf({ user }), {}, 'First');
      rotatedKey(here, kindOf({ user }));
    }, /`user` Stack\/User must be that of one secret, got that of Stack\/First too/],
  ];

  test.each(WRONG)('%s is one error', (__, create, message) => {
    expect(() => create(world(testApp()))).toThrow(message);
  });

  test('an access key that the app makes for the user itself is an error', () => {
    const here = world();
    const user = new iam.User(here.stack, 'User');
    rotatedKey(here, kindOf({ user }));
    new iam.AccessKey(here.stack, 'Other', { user });
    expect(() => assertions.Template.fromStack(here.stack)).toThrow(/must have no access key of the app, got Stack\/Other\/Resource/);
  });
});

test('who makes an access key is told what needs none', () => {
  const here = world();
  rotatedKey(here, IamAccessKey.of({ user: new iam.User(here.stack, 'User') }));
  assertions.Annotations.fromStack(here.stack).hasInfo('/Stack/Key', assertions.Match.stringLikeRegexp('IAM Roles Anywhere'));
});

describe('the region of an SMTP password', () => {
  const smtp = (here: World, region?: string) => rotatedKey(here, SesSmtpPassword.of({ user: new iam.User(here.stack, 'User'), region }));

  test('is the function\'s own, or another one', () => {
    const [own, other] = [world(), world()];
    smtp(own);
    smtp(other, 'us-east-1');
    expect(only(own.stack, 'AWS::Lambda::Function').Environment.Variables).not.toHaveProperty('SES_REGION');
    expect(only(other.stack, 'AWS::Lambda::Function').Environment.Variables.SES_REGION).toBe('us-east-1');
    expect(sesSmtpHost('us-east-1')).toBe('email-smtp.us-east-1.amazonaws.com');
  });

  test.each([
    ['europe', /`region` must be a region such as eu-west-1, got "europe"/], ['cn-north-1', /one in which Amazon SES has an SMTP interface, got cn-north-1/],
    ['eu-west-1a', /must be a region/], ['', /must be a region/], ['EU-WEST-1', /must be a region/], ['${Token[TOKEN.1]}', /must be a region|must be known/],
  ])('is not %j', (region, message) => {
    expect(() => smtp(world(testApp()), region)).toThrow(message);
  });
});
