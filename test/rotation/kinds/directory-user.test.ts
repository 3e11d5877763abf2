import { aws_ec2 as ec2, Fn } from 'aws-cdk-lib';
import {
  ActiveDirectoryUserOptions, CredentialKind, CredentialRotator, DirectoryUser, OpenLdapUserOptions, PasswordPolicy, RandomToken, RotatedSecret,
  RotatedSecretProps, SecretEncryption,
} from 'cdk-managed-secrets';
import { resolveTemplates } from '../../../src/review/assembly/resolve-templates';
import { accessModel, decide, roleOf, secretOf } from '../../../tools/access';
import { testApp } from '../../support/test-app';
import { resourcesOf, world, World } from '../rotated-databases';

type Place = World & { readonly group: ec2.SecurityGroup };

function place(): Place {
  const here = world(testApp());
  return { ...here, group: new ec2.SecurityGroup(here.stack, 'DirectoryGroup', { vpc: here.vpc }) };
}

function rotatedUser(here: World, kind: CredentialKind, props: Partial<RotatedSecretProps> = {}): RotatedSecret {
  return new RotatedSecret(here.stack, 'User', { purpose: 'directory', kind, vpc: here.vpc, ...props });
}

const administratorIn = ({ stack }: World) => stack.node.tryFindChild('Administrator') as RotatedSecret
  ?? new RotatedSecret(stack, 'Administrator', { purpose: 'administrator', kind: RandomToken.of() });

const DN = 'uid=app,ou=services,dc=example,dc=com';
const UPN = 'app@corp.example.com';

const openLdap = (here: Place, options: Partial<OpenLdapUserOptions> = {}) =>
  DirectoryUser.openLdap({ distinguishedName: DN, host: 'ldap.example.com', securityGroups: [here.group], ...options });
const activeDirectory = (here: Place, options: Partial<ActiveDirectoryUserOptions> = {}) =>
  DirectoryUser.activeDirectory({ userPrincipalName: UPN, host: 'corp.example.com', securityGroups: [here.group], ...options });

function only(here: World, type: string, idPrefix = 'User'): any {
  const found = Object.entries<any>(resourcesOf(here.stack)).filter(([id, { Type }]) => Type === type && id.startsWith(idPrefix));
  expect(found).toHaveLength(1);
  return found[0][1].Properties;
}

describe.each([
  ['OpenLDAP', openLdap, DN, 'uid=app/ou=services/dc=example/dc=com', 'openLdapUser'],
  ['Active Directory', activeDirectory, UPN, UPN, 'activeDirectoryUser'],
] as const)('a user of %s', (_, kindOf, username, tag, name) => {
  test('who changes its own password has one from the beginning, and is not rotated before its time', () => {
    const here = place();
    rotatedUser(here, kindOf(here));
    expect(only(here, 'AWS::SecretsManager::Secret').GenerateSecretString).toEqual({
      SecretStringTemplate: JSON.stringify({ username }), GenerateStringKey: 'password', ExcludePunctuation: true,
    });
    expect(only(here, 'AWS::SecretsManager::RotationSchedule').RotateImmediatelyOnUpdate).toBe(false);
    expect(only(here, 'AWS::Lambda::Function').Environment.Variables).not.toHaveProperty('SUPERUSER_SECRET_ARN');
  });

  test('whose password an administrator sets has a placeholder, and is rotated at once', () => {
    const here = place();
    rotatedUser(here, kindOf(here, { administratorSecret: administratorIn(here), port: 1636, tlsServerName: 'ldap.corp.example.com' }));
    expect(only(here, 'AWS::SecretsManager::Secret').GenerateSecretString.GenerateStringKey).toBe('placeholder');
    expect(only(here, 'AWS::SecretsManager::RotationSchedule').RotateImmediatelyOnUpdate).toBe(true);
    expect(only(here, 'AWS::Lambda::Function').Environment.Variables).toMatchObject({
      CREDENTIAL_KIND: name,
      DIRECTORY_HOST: expect.stringContaining('example.com'),
      DIRECTORY_PORT: '1636',
      SUPERUSER_SECRET_ARN: here.stack.resolve(administratorIn(here).secretArn),
      TLS_SERVER_NAME: 'ldap.corp.example.com',
    });
  });

  test('is named by a tag, and its port alone is opened', () => {
    const here = place();
    rotatedUser(here, kindOf(here));
    expect(only(here, 'AWS::SecretsManager::Secret').Tags).toContainEqual({ Key: 'cdk-managed-secrets:user', Value: tag });
    const [ingress, ...others] = Object.values<any>(resourcesOf(here.stack)).filter(({ Type }) => Type === 'AWS::EC2::SecurityGroupIngress');
    expect(others).toEqual([]);
    expect(ingress.Properties).toMatchObject({ FromPort: 636, ToPort: 636, GroupId: here.stack.resolve(here.group.securityGroupId) });
  });

  test('its function writes this one secret and reads that of the administrator, as an IAM simulator decides', async () => {
    const here = place();
    rotatedUser(here, kindOf(here, { administratorSecret: administratorIn(here) }));
    new RotatedSecret(here.stack, 'Another', { purpose: 'another', kind: RandomToken.of() });
    const model = accessModel(resolveTemplates((here.stack.node.root as ReturnType<typeof testApp>).synth()));
    const principal = roleOf(model, 'Stack/User/Rotator/Role');
    const decisionOn = async (action: string, purpose: string) => decide(model, {
      principal, action: `secretsmanager:${action}`, resource: secretOf(model, `prod/payments/${purpose}`).arn,
    });
    for (const [action, onOwn, onAdministrator] of [['PutSecretValue', true, false], ['GetSecretValue', true, true], ['DeleteSecret', false, false]] as const) {
      const isAllowed = async (purpose: string) => await decisionOn(action, purpose) === 'Allowed';
      expect([action, await isAllowed('directory'), await isAllowed('administrator'), await isAllowed('another')]).toEqual([action, onOwn, onAdministrator, false]);
    }
  });
});

test('a distinguished name that is known at deployment alone becomes a tag too', () => {
  const here = place();
  rotatedUser(here, openLdap(here, { distinguishedName: Fn.importValue('ServiceUser') }));
  expect(only(here, 'AWS::SecretsManager::Secret').Tags).toContainEqual({
    Key: 'cdk-managed-secrets:user', Value: { 'Fn::Join': ['/', { 'Fn::Split': [',', { 'Fn::ImportValue': 'ServiceUser' }] }] },
  });
});

const lettersAlone = PasswordPolicy.of({ length: 32, punctuation: false, numbers: false });
const notEach = PasswordPolicy.of({ length: 32, requireEachIncludedType: false });

/** What both directories refuse alike. */
const ofAll = (kindOf: typeof openLdap & typeof activeDirectory, title: string): [string, (here: Place) => unknown, RegExp][] => [
  ['no host', here => rotatedUser(here, kindOf(here, { host: undefined })), /`host` must be a host name or an address/],
  ['a URL', here => rotatedUser(here, kindOf(here, { host: 'ldaps://corp' })), /`host` must be a host name.*got "ldaps:\/\/corp"/],
  ['a host with a port', here => rotatedUser(here, kindOf(here, { host: 'corp.example.com:636' })), /without a port/],
  ['port 0', here => rotatedUser(here, kindOf(here, { port: 0 })), /`port` must be a whole number from 1 to 65535/],
  ['an administrator that is an ARN', here => rotatedUser(here, kindOf(here, { administratorSecret: 'arn' as never })), /`administratorSecret` must be given: the secret of a user who may set the passwords of others/],
  ['a key without an administrator', here => rotatedUser(here, kindOf(here, { administratorEncryption: SecretEncryption.awsManagedKey() })),
    /`administratorEncryption` must come with `administratorSecret`/],
  ['a server name that is a URL', here => rotatedUser(here, kindOf(here, { tlsServerName: 'ldaps://x' })), /`tlsServerName` must be a host name/],
  ['an empty list of groups', here => rotatedUser(here, kindOf(here, { securityGroups: [] })), /`securityGroups` must be those of the directory/],
  ['a group that is an id', here => rotatedUser(here, kindOf(here, { securityGroups: ['sg-1' as never] })), /`securityGroups` must be those of the directory/],
  ['a password that is too short', here => rotatedUser(here, kindOf(here, { passwordPolicy: PasswordPolicy.of({ length: 15 }) })),
    /`passwordPolicy.length` must be a whole number from 16 to 128/],
  ['rules that are none', here => rotatedUser(here, kindOf(here, { passwordPolicy: {} as never })), /`passwordPolicy` must be a PasswordPolicy/],
  ['groups without a VPC', here => rotatedUser(here, kindOf(here), { vpc: undefined }), new RegExp(`\`vpc\` must be given for users of ${title}`)],
  ['a first rotation that does not come',
    here => rotatedUser(here, kindOf(here, { administratorSecret: administratorIn(here) }), { rotateImmediately: false }), /`rotateImmediately` must not be false/],
  ['a rotator of another directory', here => rotatedUser(here, kindOf(here), {
    vpc: undefined, rotator: new CredentialRotator(here.stack, 'Rotator', { kind: kindOf(here, { host: 'other.example.com' }), vpc: here.vpc }),
  }), /`kind` must be that of `rotator`/],
];

const dn = (distinguishedName: unknown) => (here: Place) => rotatedUser(here, openLdap(here, { distinguishedName: distinguishedName as string }));
const upn = (userPrincipalName: unknown) => (here: Place) =>
  rotatedUser(here, activeDirectory(here, { userPrincipalName: userPrincipalName as string }));
const NO_DN = /`distinguishedName` must be the name of an entry/;
const NO_UPN = /`userPrincipalName` must be the name of a user with its domain/;

/** What is wrong, what makes it, and the one error. */
const WRONG: Record<string, [string, (here: Place) => unknown, RegExp][]> = {
  OpenLDAP: [
    ['no options', here => rotatedUser(here, DirectoryUser.openLdap(undefined as never)), NO_DN],
    ['no name', dn(undefined), NO_DN],
    ['a name that is no distinguished one', dn('app'), NO_DN],
    ['a name with an escaped comma', dn('cn=Doe\\, Jane,dc=example,dc=com'), NO_DN],
    ['a name with a slash, which stands for the comma', dn('cn=a/b,dc=example,dc=com'), NO_DN],
    ['a name with a filter', dn('uid=*)(uid=*,dc=example,dc=com'), NO_DN],
    ['a name with a line break', dn('uid=app,dc=example,dc=com\n'), NO_DN],
    ['a name that ends early', dn('uid=app,'), NO_DN],
    ['a name longer than a tag', dn(`uid=${'a'.repeat(250)},dc=com`), NO_DN],
    ...ofAll(openLdap, 'OpenLDAP'),
  ],
  ActiveDirectory: [
    ['no options', here => rotatedUser(here, DirectoryUser.activeDirectory(undefined as never)), NO_UPN],
    ['no name', upn(undefined), NO_UPN],
    ['a name without a domain', upn('app'), NO_UPN],
    ['the name of an older Windows', upn('CORP\\app'), NO_UPN],
    ['a distinguished name', upn('CN=app,DC=corp'), NO_UPN],
    ['a name with a filter', upn('*)(cn=*@corp.example.com'), NO_UPN],
    ['a password of letters alone', here => rotatedUser(here, activeDirectory(here, { passwordPolicy: lettersAlone })), /with 3 types of characters at least.*got 2/],
    ['a password whose types need not occur', here => rotatedUser(here, activeDirectory(here, { passwordPolicy: notEach })), /got 4 that need not occur/],
    ...ofAll(activeDirectory, 'Active Directory'),
  ],
};

describe.each(Object.entries(WRONG))('bad input of %s', (_, wrong) => {
  test('is tried in fifteen ways at least', () => {
    expect(wrong.length).toBeGreaterThanOrEqual(15);
  });

  test.each(wrong)('%s is one error, and nothing is created', (__, create, message) => {
    const here = place();
    expect(() => create(here)).toThrow(message);
    expect(here.stack.node.tryFindChild('User')).toBeUndefined();
  });
});
