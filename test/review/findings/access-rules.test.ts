import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { CrossAccountSecretPolicy, SecretNamespace, SecretReader } from 'cdk-managed-secrets';
import { evidenceOf, raised } from './evidence';
import { resolveTemplates } from '../../../src/review/assembly/resolve-templates';
import type { AccessEntry, Decided, KeyEntry, PrincipalEntry, RotationEntry } from '../../../src/review/document/review-document';
import type { Evidence } from '../../../src/review/findings/rule';
import { testApp, testStack } from '../../support/test-app';
import { access, documentWith, placeOf, role, secret } from '../documents';

/** Rules that rest on what was decided. */

const KEY = secret('Shop/Key');
const OTHER_ACCOUNT = '444455556666';
const reader = role('Shop/Reader');
const foreigner = role('Other/Reader', { account: OTHER_ACCOUNT });
const everyone: PrincipalEntry = { id: '*', kind: 'everyone', actors: [] };
const account: PrincipalEntry = { id: OTHER_ACCOUNT, kind: 'account', account: OTHER_ACCOUNT, actors: [] };
const organization: PrincipalEntry = { id: 'o-a1b2c3d4e5', kind: 'organization', actors: [] };
const service: PrincipalEntry = { id: 'appflow.amazonaws.com', kind: 'service', actors: [] };

function evidence(principals: PrincipalEntry[], entries: AccessEntry[], others: Parameters<typeof documentWith>[0] = {}): Evidence {
  return { ...evidenceOf(testApp()), document: documentWith({ secrets: [KEY], principals, access: entries, ...others }) };
}

function read(by: PrincipalEntry, decided: Partial<Decided> = {}): Evidence {
  return evidence([by], [access(KEY, by, { read: decided })]);
}

describe('public-access', () => {
  const rule = ['public-access'];

  test('everybody reads', () => {
    expect(raised(read(everyone), rule)).toEqual(['public-access Shop/Key']);
  });

  test('not everybody under a condition, nor everybody of an account', () => {
    expect(raised(read(everyone, { decision: 'allowed-if', because: ['the principal is of organization o-a1b2c3d4e5'] }), rule)).toEqual([]);
    expect(raised(read(account), rule)).toEqual([]);
  });
});

describe('cross-account-access', () => {
  const rule = ['cross-account-access'];

  test.each([['a role', foreigner], ['an account', account], ['an organization', organization]])('%s', (_, principal) => {
    expect(raised(read(principal), rule)).toEqual(['cross-account-access Shop/Key']);
  });

  test('under a condition too', () => {
    expect(raised(read(account, { decision: 'allowed-if', because: ['it is Sunday'] }), rule)).toEqual(['cross-account-access Shop/Key']);
  });

  test('not of the account, of a service, or of what cannot read', () => {
    expect(raised(read(reader), rule)).toEqual([]);
    expect(raised(read(service), rule)).toEqual([]);
    expect(raised(read(foreigner, { decision: 'half' }), rule)).toEqual([]);
  });

  test('not of an account that is allowed', () => {
    expect(raised(read(foreigner), rule, { allowedAccounts: [OTHER_ACCOUNT] })).toEqual([]);
    expect(raised(read(organization), rule, { allowedAccounts: ['o-a1b2c3d4e5'] })).toEqual([]);
    expect(raised(read(foreigner), rule, { allowedAccounts: ['777788889999'] })).toEqual(['cross-account-access Shop/Key']);
  });

  test('not of an account with which the app shares by our construct', () => {
    const stack = testStack('Shop', testApp());
    const namespace = new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'shop' });
    CrossAccountSecretPolicy.forNamespace(stack, 'Share', namespace, { readers: [SecretReader.account(OTHER_ACCOUNT), SecretReader.organization('o-a1b2c3d4e5')] });
    const shared = (by: PrincipalEntry) => ({
      ...evidenceOf(stack.node.root as App), document: documentWith({ secrets: [KEY], principals: [by], access: [access(KEY, by, { read: {} })] }),
    });

    expect(raised(shared(foreigner), rule)).toEqual([]);
    expect(raised(shared(organization), rule)).toEqual([]);
    expect(raised(shared({ ...foreigner, account: '777788889999' }), rule)).toEqual(['cross-account-access Shop/Key']);
  });
});

describe('half of an access', () => {
  const rules = ['grant-without-key', 'half-cross-account-access'];
  const half: Partial<Decided> = { decision: 'half', because: ['the key policy does not let it decrypt'] };

  test('in the account', () => {
    expect(raised(read(reader, half), rules)).toEqual(['grant-without-key Shop/Reader']);
  });

  test('across accounts', () => {
    expect(raised(read(foreigner, half), rules)).toEqual(['half-cross-account-access Other/Reader']);
    expect(raised(read(account, half), rules)).toEqual(['half-cross-account-access Shop/Key']);
  });

  test('not a whole one, and not one that is not decided', () => {
    expect(raised(read(reader), rules)).toEqual([]);
    expect(raised(read(reader, { decision: 'not-decided', because: ['the document of TeamBoundary'] }), rules)).toEqual([]);
  });
});

describe('key-usable-directly', () => {
  const rule = ['key-usable-directly'];
  const key = (entry: Partial<KeyEntry>): KeyEntry => ({
    id: 'Shop/TheKey',
    place: placeOf('Shop/TheKey'),
    arn: 'arn',
    account: '111122223333',
    region: 'eu-west-1',
    aliases: [],
    awsManaged: false,
    rotationEnabled: true,
    usableDirectlyBy: [],
    centsPerMonth: 100,
    ...entry,
  });
  const encrypted = (entry: Partial<KeyEntry>) => evidence([], [], { secrets: [{ ...KEY, key: 'Shop/TheKey' }], keys: [key(entry)] });

  test('by an administrator of the account', () => {
    expect(raised(encrypted({ usableDirectlyBy: ['Shop/Admin'] }), rule)).toEqual(['key-usable-directly Shop/TheKey']);
  });

  test('not by nobody, and not a key of other things', () => {
    expect(raised(encrypted({}), rule)).toEqual([]);
    expect(raised(encrypted({ id: 'Shop/Bucket', usableDirectlyBy: ['Shop/Admin'] }), rule)).toEqual([]);
  });
});

describe('rotation-function-of-others', () => {
  const rule = ['rotation-function-of-others'];
  const rotation: RotationEntry = { place: placeOf('Shop/Key/Rotation'), onUpdate: true, rotator: { kind: 'function', name: 'Shop/Rotator', principal: 'Shop/RotatorRole' }, windows: [] };
  const rotated = { ...KEY, rotation };
  const other = secret('Shop/Other');
  const WHOLE = { read: {}, write: {} };
  const rotator = role('Shop/RotatorRole');
  const with_ = (...entries: AccessEntry[]) => evidence([rotator, reader], entries, { secrets: [rotated, other, secret('Shop/Key@eu-central-1', { replicaOf: KEY.id })] });

  test('a function that rotates another secret too', () => {
    expect(raised(with_(access(rotated, rotator, WHOLE), access(other, rotator, WHOLE)), rule)).toEqual(['rotation-function-of-others Shop/RotatorRole']);
  });

  test('not its own secret and its replica, not what another role rotates, and not reading', () => {
    expect(raised(with_(
      access(rotated, rotator, WHOLE), access({ ...KEY, id: 'Shop/Key@eu-central-1' }, rotator, WHOLE),
      access(other, rotator, { read: {} }), access(other, reader, WHOLE),
    ), rule)).toEqual([]);
  });
});

describe('rotation-unwatched', () => {
  const rotation: RotationEntry = { place: placeOf('R'), schedule: 'rate(30 days)', onUpdate: true, rotator: { kind: 'function', name: 'r' }, windows: [] };
  const rotated = (path: string, watchedBy: string[]) => secret(path, { rotation, watchedBy });
  const of = (...secrets: ReturnType<typeof secret>[]) => raised(evidence([], [], { secrets }), ['rotation-unwatched']);

  test('one that is left out', () => {
    expect(of(rotated('A', ['Monitoring']), rotated('B', []), secret('C'))).toEqual(['rotation-unwatched B']);
  });

  test('not where nobody watches anything', () => {
    expect(of(rotated('A', []), rotated('B', []))).toEqual([]);
  });
});

describe('rotated-value-resolved-once', () => {
  const rotation: RotationEntry = { place: placeOf('R'), onUpdate: true, rotator: { kind: 'function', name: 'r' }, windows: [] };

  test('where the value of a rotated secret is wired in', () => {
    const of = (entry: Parameters<typeof secret>[1]) => raised(evidence([], [], { secrets: [secret('A', entry)] }), ['rotated-value-resolved-once']);

    expect(of({ rotation, resolvedIn: [placeOf('Shop/Service')] })).toEqual(['rotated-value-resolved-once Shop/Service']);
    expect(of({ resolvedIn: [placeOf('Shop/Service')] })).toEqual([]);
    expect(of({ rotation })).toEqual([]);
  });

  test.each(['AWS::ElastiCache::User', 'AWS::MemoryDB::User'])('but not where %s gets the password that is rotated', (type) => {
    const app = new App();
    new CfnResource(new Stack(app, 'Cache'), 'User', { type });
    const stacks = resolveTemplates(app.synth());
    const of = (logicalId: string) => raised({
      ...evidence([], [], { secrets: [secret('A', { rotation, resolvedIn: [{ path: 'Cache/User', stack: 'Cache', logicalId }] })] }), stacks,
    }, ['rotated-value-resolved-once']);
    expect(of('User')).toEqual([]);
    expect(of('Other')).toEqual(['rotated-value-resolved-once Cache/User']);
  });
});
