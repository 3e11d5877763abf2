import { App, aws_elasticache as elasticache, aws_iam as iam, aws_memorydb as memorydb, Stack } from 'aws-cdk-lib';
import { CacheLogin } from 'cdk-managed-secrets';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import { accessModel, atMost, decide, resourcesOfType, roleOf } from '../../tools/access';
import { ENV, onlyResource, role, roleStatements, testApp, testStack } from '../support/test-app';

type UserProps = Partial<elasticache.CfnUserProps>;

const user = (stack: Stack, props: UserProps = {}, id = 'User') =>
  new elasticache.CfnUser(stack, id, { engine: 'valkey', userId: 'sessions', userName: 'sessions', accessString: 'on ~app:* +@read', ...props });
const group = (stack: Stack, props: Partial<elasticache.CfnReplicationGroupProps> = {}, id = 'Cache') =>
  new elasticache.CfnReplicationGroup(stack, id, { replicationGroupDescription: 'sessions', engine: 'valkey', transitEncryptionEnabled: true, ...props });
const serverless = (stack: Stack) => new elasticache.CfnServerlessCache(stack, 'Cache', { engine: 'valkey', serverlessCacheName: 'sessions' });
const memoryUser = (stack: Stack, props: Partial<memorydb.CfnUserProps> = {}) =>
  new memorydb.CfnUser(stack, 'User', { userName: 'sessions', accessString: 'on ~app:* +@read', ...props });
const cluster = (stack: Stack, props: Partial<memorydb.CfnClusterProps> = {}) =>
  new memorydb.CfnCluster(stack, 'Cache', { aclName: 'acl', clusterName: 'sessions', nodeType: 'db.t4g.small', ...props });

const LOGINS: Record<string, (stack: Stack) => CacheLogin> = {
  'a replication group': stack => CacheLogin.elastiCache(user(stack), group(stack)),
  'a serverless cache': stack => CacheLogin.elastiCacheServerless(user(stack), serverless(stack)),
  'a cluster of MemoryDB': stack => CacheLogin.memoryDb(memoryUser(stack), cluster(stack)),
};

const [OF_ELASTICACHE, OF_MEMORYDB] = ['elasticache', 'memorydb'].map(service => `arn:aws:${service}:eu-west-1:111122223333:`);

test.each<[string, string, unknown, string]>([
  ['a replication group', 'elasticache:Connect', { 'Fn::Join': ['', ['arn:aws:elasticache:eu-west-1:111122223333:replicationgroup:', { Ref: 'Cache' }]] }, `${OF_ELASTICACHE}user:sessions`],
  ['a serverless cache', 'elasticache:Connect', { 'Fn::GetAtt': ['Cache', 'ARN'] }, `${OF_ELASTICACHE}user:sessions`],
  ['a cluster of MemoryDB', 'memorydb:Connect', { 'Fn::GetAtt': ['Cache', 'ARN'] }, `${OF_MEMORYDB}user/sessions`],
])('the whole policy of a grantee of %s', (name, Action, cacheArn, userArn) => {
  const stack = testStack();
  LOGINS[name](stack).grantConnect(role(stack));
  expect(roleStatements(stack)).toEqual([{ Action, Effect: 'Allow', Resource: expect.arrayContaining([cacheArn, userArn]) }]);
  expect((roleStatements(stack)[0] as { Resource: unknown[] }).Resource).toHaveLength(2);
});

test.each([
  ['of ElastiCache', 'AWS::ElastiCache::User', LOGINS['a replication group']], ['of MemoryDB', 'AWS::MemoryDB::User', LOGINS['a cluster of MemoryDB']],
])('the user %s logs in by IAM, and has no password', (_, type, make) => {
  const stack = testStack();
  make(stack);
  const { AuthenticationMode, Passwords } = onlyResource(stack, type).Properties;
  expect({ AuthenticationMode, Passwords }).toEqual({ AuthenticationMode: { Type: 'iam' }, Passwords: undefined });
});

/** What IAM says of a login, which asks for the cache and for the user. */
async function mayConnect(app: App, path: string, caches: string, name: string): Promise<string[]> {
  const model = accessModel(resolveTemplates(app.synth()));
  const arn = (resource: string) => `arn:aws:elasticache:${ENV.region}:${ENV.account}:${resource}`;
  return Promise.all([arn(`replicationgroup:${caches}`), arn(`user:${name}`)].map(async resource =>
    decide(model, { principal: atMost(roleOf(model, path)), action: 'elasticache:Connect', resource })));
}

test('the simulator: the role may log in to this cache as this user, to no other cache and as no other user', async () => {
  const app = testApp();
  const stack = testStack('Stack', app);
  const readers = ['Reader', 'Stranger'].map(id => role(stack, id));
  CacheLogin.elastiCache(user(stack), group(stack, { replicationGroupId: 'sessions' })).grantConnect(readers[0]);
  const cacheName = resourcesOfType(resolveTemplates(app.synth()), 'AWS::ElastiCache::ReplicationGroup').map(each => each.stack.ref(each.logicalId))[0];
  expect(await mayConnect(app, 'Stack/Reader', cacheName, 'sessions')).toEqual(['Allowed', 'Allowed']);
  expect(await mayConnect(app, 'Stack/Reader', 'orders', 'administrator')).toEqual(['ImplicitlyDenied', 'ImplicitlyDenied']);
  expect(await mayConnect(app, 'Stack/Stranger', cacheName, 'sessions')).toEqual(['ImplicitlyDenied', 'ImplicitlyDenied']);
});

test.each<[string, (stack: Stack) => unknown, RegExp, string]>([
  ['an id that is not the name', stack => CacheLogin.elastiCache(user(stack, { userId: 'other' }), group(stack)), /`userId` must be the `userName` .*got other and sessions/, 'Stack/User'],
  ['passwords', stack => CacheLogin.elastiCache(user(stack, { passwords: ['x'] }), group(stack)), /must have no password; leave `authenticationMode`/, 'Stack/User'],
  ['a password by its mode', stack => CacheLogin.elastiCache(user(stack, { authenticationMode: { Type: 'password' } }), group(stack)), /must have no password/, 'Stack/User'],
  ['a password in MemoryDB', stack => CacheLogin.memoryDb(memoryUser(stack, { authenticationMode: { Type: 'password' } }), cluster(stack)), /must have no password/, 'Stack/User'],
  ['nobody who needs to log in', stack => CacheLogin.elastiCache(user(stack, { noPasswordRequired: true }), group(stack)), /must have no password/, 'Stack/User'],
  ['no TLS', stack => CacheLogin.elastiCache(user(stack), group(stack, { transitEncryptionEnabled: undefined })), /`transitEncryptionEnabled` must be true/, 'Stack/Cache'],
  ['no TLS in MemoryDB', stack => CacheLogin.memoryDb(memoryUser(stack), cluster(stack, { tlsEnabled: false })), /`tlsEnabled` must not be false/, 'Stack/Cache'],
  ['no cache', stack => CacheLogin.elastiCache(user(stack), undefined as never), /AWS::ElastiCache::ReplicationGroup must be given, got undefined/, 'Stack/User'],
  ['a cluster in place of a serverless cache', stack => CacheLogin.elastiCacheServerless(user(stack), group(stack) as never), /AWS::ElastiCache::ServerlessCache must be given/, 'Stack/User'],
  ['a role in place of a user', stack => CacheLogin.memoryDb(role(stack) as never, cluster(stack)), /AWS::MemoryDB::User must be given/, '<root>'],
])('is refused: %s', (_, make, message, path) => {
  const stack = testStack();
  expect(() => make(stack)).toThrow(message);
  expect(() => make(testStack('Stack'))).toThrow(`[at ${path}]`);
});

test('a user who has the mode already is taken', () => {
  const stack = testStack();
  const login = CacheLogin.elastiCache(user(stack, { authenticationMode: { Type: 'iam' } }), group(stack));
  expect(login.grantConnect(role(stack)).success).toBe(true);
});

test.each<[string, (stack: Stack) => iam.IGrantable, RegExp]>([
  ['a role of another account', stack => iam.Role.fromRoleArn(stack, 'Imported', 'arn:aws:iam::444455556666:role/reader'), /grantee of account 111122223333, got one of 444455556666/],
  ['a service', () => new iam.ServicePrincipal('lambda.amazonaws.com'), /must have a grantee whose policy this app can write/],
])('nothing is granted to %s, and that is said', (_, grantee, message) => {
  const stack = testStack();
  expect(() => CacheLogin.elastiCache(user(stack), group(stack)).grantConnect(grantee(stack))).toThrow(message);
});
