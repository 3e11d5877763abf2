import { assertions, aws_ec2 as ec2, aws_elasticache as elasticache, aws_memorydb as memorydb, Duration } from 'aws-cdk-lib';
import {
  CacheUser, CredentialKind, CredentialRotator, ElastiCacheUserOptions, MemoryDbUserOptions, PasswordPolicy, RandomToken, RotatedSecret,
  RotatedSecretProps, SelfManagedCacheUserOptions,
} from 'cdk-managed-secrets';
import { resolveTemplates } from '../../../src/review/assembly/resolve-templates';
import { accessModel, decide, roleOf } from '../../../tools/access';
import { ENV, testApp } from '../../support/test-app';
import { resourcesOf, world, World } from '../rotated-databases';

type Place = World & { readonly group: ec2.SecurityGroup };

function place(): Place {
  const here = world(testApp());
  return { ...here, group: new ec2.SecurityGroup(here.stack, 'CacheGroup', { vpc: here.vpc }) };
}

function rotatedUser(here: World, kind: CredentialKind, props: Partial<RotatedSecretProps> = {}, id = 'User'): RotatedSecret {
  return new RotatedSecret(here.stack, id, { purpose: 'cache', kind, vpc: here.vpc, ...props });
}

const elastiCacheUser = ({ stack }: World, props: Partial<elasticache.CfnUserProps> = {}, id = 'Sessions') =>
  new elasticache.CfnUser(stack, id, { engine: 'valkey', userId: 'sessions-id', userName: 'sessions', accessString: 'on ~app:* +get', ...props });
const memoryDbUser = ({ stack }: World, props: Partial<memorydb.CfnUserProps> = {}, id = 'Orders') =>
  new memorydb.CfnUser(stack, id, { userName: 'orders', accessString: 'on ~app:* +get', ...props });

const elastiCache = (here: Place, options: Partial<ElastiCacheUserOptions> = {}) =>
  CacheUser.elastiCache({ user: 'user' in options ? options.user! : elastiCacheUser(here), host: 'cache.example.com', securityGroups: [here.group], ...options });
const memoryDb = (here: Place, options: Partial<MemoryDbUserOptions> = {}) =>
  CacheUser.memoryDb({ user: 'user' in options ? options.user! : memoryDbUser(here), host: 'cache.example.com', securityGroups: [here.group], ...options });
const selfManaged = (here: Place, options: Partial<SelfManagedCacheUserOptions> = {}) => CacheUser.selfManaged({
  username: 'app',
  nodes: [{ host: 'cache-1.example.com' }, { host: 'cache-2.example.com', port: 6380 }],
  administratorSecret: here.stack.node.tryFindChild('Administrator') as RotatedSecret
    ?? new RotatedSecret(here.stack, 'Administrator', { purpose: 'administrator', kind: RandomToken.of() }),
  securityGroups: [here.group],
  ...options,
});

function only(here: World, type: string, idPrefix = ''): any {
  const found = Object.entries<any>(resourcesOf(here.stack)).filter(([id, { Type }]) => Type === type && id.startsWith(idPrefix));
  expect(found).toHaveLength(1);
  return found[0][1].Properties;
}

describe.each([
  ['ElastiCache', elastiCache, 'sessions', 'sessions-id', 'AWS::ElastiCache::User'], ['MemoryDB', memoryDb, 'orders', 'orders', 'AWS::MemoryDB::User'],
] as const)('a user of %s', (_, kindOf, name, id, type) => {
  test('has the password of the secret from the beginning, by a reference that CloudFormation resolves', () => {
    const here = place();
    const secret = rotatedUser(here, kindOf(here));
    expect(only(here, 'AWS::SecretsManager::Secret').GenerateSecretString).toEqual({
      SecretStringTemplate: JSON.stringify({ username: name }), GenerateStringKey: 'password', PasswordLength: 32, ExcludePunctuation: true,
    });
    expect(only(here, type).AuthenticationMode).toEqual({
      Type: 'password',
      Passwords: [{ 'Fn::Join': ['', ['{{resolve:secretsmanager:', here.stack.resolve(secret.secretArn), ':SecretString:password::}}']] }],
    });
    assertions.Annotations.fromStack(here.stack).hasNoWarning('*', assertions.Match.anyValue());
  });

  test('the function knows cache and user by its environment and by tags, and has time for a change', () => {
    const here = place();
    rotatedUser(here, kindOf(here, { port: 6390 }));
    expect(only(here, 'AWS::Lambda::Function')).toMatchObject({ Environment: { Variables: { CACHE_NODES: 'cache.example.com:6390' } }, Timeout: 300 });
    expect(only(here, 'AWS::SecretsManager::Secret').Tags).toEqual(expect.arrayContaining([
      { Key: 'cdk-managed-secrets:user', Value: name }, { Key: 'cdk-managed-secrets:user-id', Value: id },
    ]));
    const [ingress] = Object.values<any>(resourcesOf(here.stack)).filter(({ Type }) => Type === 'AWS::EC2::SecurityGroupIngress');
    expect(ingress.Properties).toMatchObject({ FromPort: 6390, ToPort: 6390, GroupId: here.stack.resolve(here.group.securityGroupId) });
  });

  test('it changes this one user, as an IAM simulator decides', async () => {
    const here = place();
    rotatedUser(here, kindOf(here));
    const model = accessModel(resolveTemplates((here.stack.node.root as ReturnType<typeof testApp>).synth()));
    const principal = roleOf(model, 'Stack/User/Rotator/Role');
    const [service, separator, change] = type === 'AWS::MemoryDB::User' ? ['memorydb', '/', 'UpdateUser'] : ['elasticache', ':', 'ModifyUser'];
    const decisionOn = async (action: string, user: string) => decide(model, {
      principal, action: `${service}:${action}`, resource: `arn:aws:${service}:${ENV.region}:${ENV.account}:user${separator}${user}`,
    });
    for (const action of [change, 'DescribeUsers']) {
      expect([action, await decisionOn(action, id), await decisionOn(action, 'another')]).toEqual([action, 'Allowed', 'ImplicitlyDenied']);
    }
    expect(await decisionOn('DeleteUser', id)).toBe('ImplicitlyDenied');
  });

  test('a stack of the cache, which needs the user, makes no circle with the secret', () => {
    const here = place();
    const host = new elasticache.CfnReplicationGroup(here.stack, 'Cache', { replicationGroupDescription: 'sessions', userGroupIds: ['group'] });
    const user = new elasticache.CfnUserGroup(here.stack, 'Group', { engine: 'valkey', userGroupId: 'group', userIds: ['default'] });
    host.node.addDependency(user);
    rotatedUser(here, kindOf(here, { host: host.attrPrimaryEndPointAddress }));
    user.node.addDependency(Object.values(here.stack.node.children).find(child => (child as any).cfnResourceType === type) as never);
    expect(() => assertions.Template.fromStack(here.stack)).not.toThrow();
  });
});

test('a user of one\'s own servers: a placeholder, the administrator\'s secret, and every node', () => {
  const here = place();
  rotatedUser(here, selfManaged(here, { tlsServerName: 'cache.example.com' }));
  expect(only(here, 'AWS::SecretsManager::Secret', 'User').GenerateSecretString.GenerateStringKey).toBe('placeholder');
  expect(only(here, 'AWS::Lambda::Function', 'User').Environment.Variables).toMatchObject({
    CREDENTIAL_KIND: 'selfManagedCacheUser',
    CACHE_NODES: 'cache-1.example.com:6379,cache-2.example.com:6380',
    SUPERUSER_SECRET_ARN: here.stack.resolve((here.stack.node.findChild('Administrator') as RotatedSecret).secretArn),
    TLS_SERVER_NAME: 'cache.example.com',
  });
  expect(only(here, 'AWS::SecretsManager::RotationSchedule', 'User').RotateImmediatelyOnUpdate).toBe(true);
});

test('a function of the user\'s own time limit keeps it', () => {
  const here = place();
  const kind = elastiCache(here);
  new CredentialRotator(here.stack, 'Rotator', { kind, vpc: here.vpc, timeout: Duration.minutes(10) });
  expect(only(here, 'AWS::Lambda::Function').Timeout).toBe(600);
});

const weak = PasswordPolicy.of({ length: 12 });
const withComma = PasswordPolicy.of({ length: 32, excludeCharacters: '"/@' });

/** What is wrong, what makes it, and the one error. */
const WRONG: Record<string, [string, (here: Place) => unknown, RegExp][]> = {
  ElastiCache: [
    ['no options', here => rotatedUser(here, CacheUser.elastiCache(undefined as never)), /`user` must be a CfnUser of AWS::ElastiCache::User/],
    ['no user', here => rotatedUser(here, elastiCache(here, { user: undefined })), /`user` must be a CfnUser/],
    ['a user of MemoryDB', here => rotatedUser(here, elastiCache(here, { user: memoryDbUser(here) as never })), /`user` must be a CfnUser of AWS::ElastiCache::User/],
    ['the id of a user', here => rotatedUser(here, elastiCache(here, { user: 'sessions' as never })), /`user` must be a CfnUser/],
    ['a user with passwords', here => rotatedUser(here, elastiCache(here, { user: elastiCacheUser(here, { passwords: ['x'.repeat(16)] }, 'Other') })), /`user` must come without `passwords`/],
    ['a user without password', here => rotatedUser(here, elastiCache(here, { user: elastiCacheUser(here, { noPasswordRequired: true }, 'Other') })), /without `noPasswordRequired`/],
    ['a user of IAM', here => rotatedUser(here, elastiCache(here, { user: elastiCacheUser(here, { authenticationMode: { Type: 'iam' } }, 'Other') })), /without `authenticationMode`/],
    ['a name with a space', here => rotatedUser(here, elastiCache(here, { user: elastiCacheUser(here, { userName: 'a b' }, 'Other') })), /`username` must be a name of letters.*got "a b"/],
    ['no host', here => rotatedUser(here, elastiCache(here, { host: undefined })), /`host` must be a host name or an address/],
    ['a URL', here => rotatedUser(here, elastiCache(here, { host: 'rediss://cache' })), /`host` must be a host name.*got "rediss:\/\/cache"/],
    ['a host with a port', here => rotatedUser(here, elastiCache(here, { host: 'cache.example.com:6379' })), /without a port/],
    ['port 0', here => rotatedUser(here, elastiCache(here, { port: 0 })), /`port` must be a whole number from 1 to 65535/],
    ['no security groups', here => rotatedUser(here, elastiCache(here, { securityGroups: undefined })), /`securityGroups` must be those of the cache/],
    ['an empty list of groups', here => rotatedUser(here, elastiCache(here, { securityGroups: [] })), /`securityGroups` must be those of the cache/],
    ['a password that is too short', here => rotatedUser(here, elastiCache(here, { passwordPolicy: weak })), /`passwordPolicy.length` must be a whole number from 16 to 128/],
    ['a password with a comma', here => rotatedUser(here, elastiCache(here, { passwordPolicy: withComma })), /`passwordPolicy` must exclude , " \/ @/],
    ['no VPC', here => rotatedUser(here, elastiCache(here), { vpc: undefined }), /`vpc` must be given for users of Amazon ElastiCache/],
  ],
  MemoryDB: [
    ['no options', here => rotatedUser(here, CacheUser.memoryDb(undefined as never)), /`user` must be a CfnUser of AWS::MemoryDB::User/],
    ['a user of ElastiCache', here => rotatedUser(here, memoryDb(here, { user: elastiCacheUser(here) as never })), /`user` must be a CfnUser of AWS::MemoryDB::User/],
    ['the name of a user', here => rotatedUser(here, memoryDb(here, { user: 'orders' as never })), /`user` must be a CfnUser/],
    ['a user with passwords', here => rotatedUser(here, memoryDb(here, { user: memoryDbUser(here, { authenticationMode: {} }, 'Other') })), /without `authenticationMode`/],
    ['a name with a comma', here => rotatedUser(here, memoryDb(here, { user: memoryDbUser(here, { userName: 'a,b' }, 'Other') })), /`username` must be a name of letters/],
    ['no host', here => rotatedUser(here, memoryDb(here, { host: '' })), /`host` must be/],
    ['a path', here => rotatedUser(here, memoryDb(here, { host: 'cache/0' })), /`host` must be/],
    ['a port that is a text', here => rotatedUser(here, memoryDb(here, { port: 'six' as never })), /`port` must be/],
    ['a port too high', here => rotatedUser(here, memoryDb(here, { port: 70_000 })), /`port` must be/],
    ['half a port', here => rotatedUser(here, memoryDb(here, { port: 6379.5 })), /`port` must be/],
    ['a group that is an id', here => rotatedUser(here, memoryDb(here, { securityGroups: ['sg-1' as never] })), /`securityGroups` must be those of the cache/],
    ['groups that are no list', here => rotatedUser(here, memoryDb(here, { securityGroups: here.group as never })), /`securityGroups` must be/],
    ['rules that are none', here => rotatedUser(here, memoryDb(here, { passwordPolicy: {} as never })), /`passwordPolicy` must be a PasswordPolicy/],
    ['a password that is too short', here => rotatedUser(here, memoryDb(here, { passwordPolicy: weak })), /from 16 to 128/],
    ['no VPC', here => rotatedUser(here, memoryDb(here), { vpc: undefined }), /`vpc` must be given for users of Amazon MemoryDB/],
    ['a rotator of another cache', here => rotatedUser(here, memoryDb(here), {
      vpc: undefined, rotator: new CredentialRotator(here.stack, 'Rotator', { kind: memoryDb(here, { host: 'other.example.com', user: memoryDbUser(here, {}, 'Other') }), vpc: here.vpc }),
    }), /`kind` must be that of `rotator`/],
  ],
  Valkey: [
    ['no options', here => rotatedUser(here, CacheUser.selfManaged(undefined as never)), /`username` must be a name/],
    ['no name', here => rotatedUser(here, selfManaged(here, { username: '' })), /`username` must be a name/],
    ['a name that is a rule', here => rotatedUser(here, selfManaged(here, { username: 'app on nopass' })), /`username` must be a name.*got "app on nopass"/],
    ['a name with a line break', here => rotatedUser(here, selfManaged(here, { username: 'app\r\n' })), /`username` must be a name/],
    ['no nodes', here => rotatedUser(here, selfManaged(here, { nodes: undefined })), /`nodes` must be a list of servers/],
    ['an empty list of nodes', here => rotatedUser(here, selfManaged(here, { nodes: [] })), /`nodes` must name at least one/],
    ['a node that is a text', here => rotatedUser(here, selfManaged(here, { nodes: ['cache.example.com'] as never })), /`host` must be a host name/],
    ['a node with a comma', here => rotatedUser(here, selfManaged(here, { nodes: [{ host: 'a,b' }] })), /`host` must be a host name/],
    ['a node without a valid port', here => rotatedUser(here, selfManaged(here, { nodes: [{ host: 'a', port: -1 }] })), /`port` must be/],
    ['no administrator', here => rotatedUser(here, selfManaged(here, { administratorSecret: undefined })), /`administratorSecret` must be given/],
    ['an administrator that is an ARN', here => rotatedUser(here, selfManaged(here, { administratorSecret: 'arn' as never })), /`administratorSecret` must be given/],
    ['a server name that is a URL', here => rotatedUser(here, selfManaged(here, { tlsServerName: 'https://x' })), /`tlsServerName` must be a host name/],
    ['an empty list of groups', here => rotatedUser(here, selfManaged(here, { securityGroups: [] })), /`securityGroups` must be/],
    ['a password that is too short', here => rotatedUser(here, selfManaged(here, { passwordPolicy: PasswordPolicy.of({ length: 6 }) })), /`passwordPolicy.length` must be a whole number from 8/],
    ['groups without a VPC', here => rotatedUser(here, selfManaged(here), { vpc: undefined }), /`vpc` must be given for users of Valkey/],
    ['a first rotation that does not come', here => rotatedUser(here, selfManaged(here), { rotateImmediately: false }), /`rotateImmediately` must not be false/],
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
