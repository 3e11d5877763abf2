import * as path from 'path';
import { Stack, Token } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import {
  DatabaseEngine, DatabaseRotator, DatabaseRotatorProps, LegacyAuthentication, PasswordPolicy, PasswordPolicyOptions, RotationStrategy,
  SecretContent,
} from 'cdk-managed-secrets';
import fc from 'fast-check';
import { alternatingUsers, endpoint, HOST, Props, resourceOf, rotated, superuserSets, SUPERUSER_ARN, world } from './rotated-databases';
import { parseCredentials } from '../../lambda/rotation/engine/credentials';
import { settingsIn } from '../../lambda/rotation/engine/environment';
import { newPassword } from '../../lambda/rotation/engine/password';
import { STRATEGIES } from '../../lambda/rotation/engine/strategies';
import { ENGINES, namesOf, type RotatedEngine } from '../../src/rotation/contract/engines';
import { LEGACY_AUTHENTICATIONS } from '../../src/rotation/contract/environment';
import { rdsRegionIn } from '../../src/rotation/contract/hosts';
import { passwordEnvironment, requireRotatable } from '../../src/rotation/private/password-environment';
import { requireUsername } from '../../src/rotation/private/username';
import { handlerNames } from '../../tools/bundles/bundle';
import { ADAPTERS } from '../support/rotation/adapters';

const ROOT = path.resolve(__dirname, '../..');

/** The constructs and the functions are two programs: what the one promises, the other keeps. */

const ROTATED = Object.values<RotatedEngine>(ENGINES).map(facts => [
  facts.name, DatabaseEngine._named(facts.name)!, ADAPTERS.find(({ engine }) => engine === facts)!,
] as const);

test('each engine of the contract has its constant, its adapter and its handler, and there are no others', () => {
  const constants = Object.values(DatabaseEngine).filter(value => value instanceof DatabaseEngine).map(({ _rotated }) => _rotated);
  expect([constants, ADAPTERS.map(({ engine }) => engine)].map(all => all.sort(byName))).toEqual(Array(2).fill(Object.values(ENGINES).sort(byName)));
  expect(handlerNames(ROOT)).toEqual(expect.arrayContaining(Object.values(ENGINES).map(({ handler }) => handler)));
});

function byName(one?: RotatedEngine, other?: RotatedEngine): number {
  return one!.name < other!.name ? -1 : 1;
}

/** A secret as the function reads it. */
function parsed(secret: { engine: string; username?: string; host?: string }) {
  return parseCredentials(JSON.stringify({ username: 'app', password: 'p', host: HOST, ...secret }), 'AWSCURRENT', ADAPTERS);
}

/** Strings of one to four bytes a character, about as long as a user name may be. */
const usernames = fc.string({ unit: fc.constantFrom('a', 'Z', '_', 'ü', '字', '😀', '\0'), minLength: 1, maxLength: 100 });

describe.each(ROTATED)('%s', (name, engine, adapter) => {
  test('is the name that its adapter knows, at the port that it takes for the default', () => {
    expect(engine.name).toBe(name);
    expect(engine._rotated).toBe(adapter.engine);
    expect(engine.defaultPort).toBe(parsed({ engine: name }).port);
  });

  test('is found by all names that Amazon RDS and other tools have for it, by construct and function alike', () => {
    for (const each of namesOf(adapter.engine)) {
      expect(DatabaseEngine._named(each)).toBe(engine);
      expect(parsed({ engine: each }).adapter.engine).toBe(adapter.engine);
    }
  });

  test('takes dual password if and only if its adapter does', () => {
    const construct = succeeds(() => RotationStrategy.dualPassword()._validate('Stack/Secret', engine));
    expect(succeeds(() => STRATEGIES.dualPassword.check(parsed({ engine: name }), SUPERUSER_ARN))).toBe(construct);
  });

  test('takes a user name if and only if its function does', () => {
    const target = { engine } as never;
    let taken = 0;
    fc.assert(fc.property(usernames, fc.boolean(), (username, alternates) => {
      fc.pre(!alternates || !username.endsWith('_clone'));
      const strategy = alternates ? RotationStrategy.alternatingUsers({} as never) : RotationStrategy.singleUser();
      const isTaken = succeeds(() => STRATEGIES[strategy._name].nextUsername(parsed({ engine: name, username })));
      expect(succeeds(() => requireUsername('Stack/Secret', username, { target, strategy }))).toBe(isTaken);
      if (isTaken) taken++;
    }), { numRuns: 500 });
    expect(taken).toBeGreaterThan(50);
  });

  test('has a password policy that its rotation can meet, without characters that its adapter refuses', () => {
    expect(() => requireRotatable('Stack/Secret', engine.passwordPolicy, engine._rotated)).not.toThrow();
    const password = newPassword(settingsIn(passwordEnvironment(engine.passwordPolicy)).passwordPolicy, adapter.engine.refusedCharacters);
    expect(password).toHaveLength(engine.passwordPolicy.length);
    expect([...password].filter(character => engine.passwordPolicy.excludeCharacters.includes(character))).toEqual([]);
  });
});

test('an engine that Amazon RDS calls otherwise is none of ours', () => {
  expect(['aurora', 'neptune', 'docdb', 'custom-oracle-ee'].map(each => DatabaseEngine._named(each))).toEqual(Array(4).fill(undefined));
});

test.each([
  [DatabaseEngine.SQLSERVER, ['sqlserver', 'sqlserver-ee', 'sqlserver-se', 'sqlserver-ex', 'sqlserver-web']],
  [DatabaseEngine.ORACLE, ['oracle', 'oracle-ee', 'oracle-ee-cdb', 'oracle-se2', 'oracle-se2-cdb']],
  [DatabaseEngine.DB2, ['db2', 'db2-se', 'db2-ae']],
])('%# an engine that AWS alone rotates is known by the names of Amazon RDS', (engine, names) => {
  expect(names.map(each => DatabaseEngine._named(each))).toEqual(names.map(() => engine));
});

const HOSTS = [
  HOST, 'db', 'DB.EXAMPLE.COM', 'db.example.com.', '_db.example.com', 'my_db', 'a'.repeat(64), `${'a.'.repeat(126)}a`, `${'a.'.repeat(127)}a`, 'db-1', 'db-', '-db', 'db..com', '.db',
  'db:5432', 'db.example.com/orders', 'postgresql://db/orders', 'app@db', ' db', 'db ', 'db\n', 'd b', 'db\0', '"', '*', 'dü', '字',
  '192.0.2.1', '192.0.2.1:5432', '999.0.2.1', '::1', '2001:db8::1', 'fe80::1%eth0', '[::1]', '2001:db8::1::2', ':', '::ffff:192.0.2.1',
];

function isTakenByConstruct(host: string): boolean {
  return succeeds(() => endpoint(DatabaseEngine.POSTGRESQL, { host })._bind('Stack/Secret'));
}

function isTakenByFunction(host: string): boolean {
  return succeeds(() => parsed({ engine: 'postgres', host }));
}

test.each(HOSTS)('the host %j is taken if and only if the rotation takes it', host => {
  expect(isTakenByConstruct(host)).toBe(isTakenByFunction(host));
});

/** Each region that the CDK knows, with the end of its names: in China the region stands behind `rds`. */
const RDS_SUFFIXES = RegionInfo.regions.map(({ name, domainSuffix }) => [name, name.startsWith('cn-') ? `rds.${name}.${domainSuffix}` : `${name}.rds.${domainSuffix}`]);

test('the partitions that the CDK knows are all there', () => {
  const domains = new Set(RegionInfo.regions.map(({ domainSuffix }) => domainSuffix));
  expect([...domains].sort()).toEqual(expect.arrayContaining(['amazonaws.com', 'amazonaws.com.cn', 'amazonaws.eu', 'c2s.ic.gov', 'csp.hci.ic.gov', 'sc2s.sgov.gov']));
});

test.each(RDS_SUFFIXES)('in %s the writer is taken, and neither an RDS Proxy nor a reader endpoint', (region, suffix) => {
  const taken = (host: string) => [isTakenByConstruct(host), isTakenByFunction(host)];
  for (const name of ['db.abc123', 'db.cluster-abc123', 'proxy-east.abc123']) expect(taken(`${name}.${suffix}`)).toEqual([true, true]);
  for (const name of ['db.proxy-abc123', 'mine.endpoint.proxy-abc123', 'db.cluster-ro-abc123', 'DB.PROXY-ABC123']) {
    expect([...taken(`${name}.${suffix}`), ...taken(`${name}.${suffix}.`)]).toEqual([false, false, false, false]);
  }
  expect(rdsRegionIn(`db.abc123.${suffix}`)).toBe(region);
});

test('a name outside of Amazon RDS is a name like any other', () => {
  const names = ['db.proxy-east.corp.example.com', 'db.cluster-ro-1.example.com', 'db.proxy-abc.eu-west-1.rds.amazonaws.com.example.com'];
  expect(names.map(host => [isTakenByConstruct(host), isTakenByFunction(host)])).toEqual(names.map(() => [true, true]));
});

const labels = fc.string({ unit: fc.constantFrom('a', 'Z', '7', '-', '_', '.', ':', '@', '/', ' ', 'ü', '\n', '\0'), minLength: 0, maxLength: 8 });
const hosts = fc.oneof(
  fc.array(labels, { minLength: 1, maxLength: 4 }).map(all => all.join('.')),
  fc.ipV4(), fc.ipV6(), fc.domain(),
  fc.tuple(fc.constantFrom('', 'db', 'a.b'), fc.constantFrom('proxy-', 'cluster-ro-', 'cluster-', ''), labels, fc.constantFrom(...RDS_SUFFIXES.map(([, suffix]) => suffix), 'corp.example.com'))
    .map(([name, kind, id, suffix]) => `${name}.${kind}${id}.${suffix}`),
);

test('every host is taken by the construct if and only if the function takes it', () => {
  const seen = { taken: 0, refused: 0 };
  fc.assert(fc.property(hosts, fc.constantFrom('', '.'), (name, end) => {
    const isTaken = isTakenByFunction(`${name}${end}`);
    expect(isTakenByConstruct(`${name}${end}`)).toBe(isTaken);
    seen[isTaken ? 'taken' : 'refused']++;
  }), { numRuns: 3000 });
  expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(300);
});

test('a secret that calls its engine postgresql is adopted, and rotated', () => {
  const content = SecretContent.generatedField({ template: { username: 'app', engine: 'postgresql', host: HOST } });
  const { stack } = world();
  expect(succeeds(() => rotated(stack, { content }))).toBe(true);
  expect(parsed({ engine: 'postgresql' }).adapter.engine.name).toBe('postgres');
});

/** The environment of the one function of a stack, as its function reads it. */
function settingsOf(stack: Stack) {
  return settingsIn(resourceOf(stack, 'AWS::Lambda::Function').Properties.Environment.Variables);
}

describe('the environment that a construct writes is read as it was meant', () => {
  const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
  const adopted = SecretContent.generatedField({ template: { username: 'app', engine: 'mysql', host: HOST } });

  test.each<[string, (stack: Stack) => Props, object]>([
    ['the default', () => ({}), { strategy: 'singleUser', ca: [], serverName: undefined, superuserArn: undefined }],
    ['dual password', () => ({ strategy: RotationStrategy.dualPassword() }), { strategy: 'dualPassword' }],
    ['alternating users', stack => ({ strategy: alternatingUsers(stack) }), { strategy: 'alternatingUsers', superuserArn: SUPERUSER_ARN }],
    ['a password that a superuser sets', stack => ({ strategy: superuserSets(stack) }), { strategy: 'superuserSets', superuserArn: SUPERUSER_ARN }],
    ['alternating users, whose adopted secret does not', stack => ({ strategy: alternatingUsers(stack), content: adopted }), { superuserArn: SUPERUSER_ARN }],
    ['a single user, whose secret is adopted', () => ({ content: adopted }), { strategy: 'singleUser', superuserArn: undefined }],
  ])('%s', (_, props, expected) => {
    const { stack } = world();
    rotated(stack, { database: endpoint(DatabaseEngine.MYSQL), ...props(stack) });
    expect(settingsOf(stack)).toMatchObject(expected);
  });

  test.each<[string, (stack: Stack) => Partial<DatabaseRotatorProps>, object]>([
    ['the default', () => ({}), { strategy: 'singleUser', superuserArn: undefined }],
    ['dual password', () => ({ strategy: RotationStrategy.dualPassword() }), { strategy: 'dualPassword' }],
    ['alternating users, whose secrets name their superusers', () => ({ strategy: RotationStrategy.alternatingUsers() }), { strategy: 'alternatingUsers', superuserArn: undefined }],
    ['passwords that superusers set, whom secrets name', () => ({ strategy: RotationStrategy.superuserSets() }), { strategy: 'superuserSets', superuserArn: undefined }],
    ['alternating users of one superuser', stack => ({ strategy: alternatingUsers(stack) }), { strategy: 'alternatingUsers', superuserArn: SUPERUSER_ARN }],
    ['certificate authorities', () => ({ certificateAuthorities: PEM }), { ca: [PEM] }],
    ['no legacy way to log in', () => ({ legacyAuthentication: [] }), { legacyAuthentication: [] }],
    ['every legacy way to log in', () => ({ legacyAuthentication: Object.values(LegacyAuthentication) }), { legacyAuthentication: LEGACY_AUTHENTICATIONS }],
    ['the name in the certificate', () => ({ tlsServerName: 'db.internal' }), { serverName: 'db.internal' }],
  ])('of a rotator: %s', (_, props, expected) => {
    const { stack } = world();
    new DatabaseRotator(stack, 'Rotator', { engine: DatabaseEngine.MYSQL, ...props(stack) });
    expect(settingsOf(stack)).toMatchObject(expected);
  });

  test('each password policy', () => {
    fc.assert(fc.property(policies, props => {
      const { length, excludeCharacters, space, ...rules } = PasswordPolicy.of(props)._rules;
      const { passwordPolicy } = settingsIn(passwordEnvironment(PasswordPolicy.of(props)));
      expect(passwordPolicy).toEqual({ length, excludeCharacters, ...rules });
    }));
  });
});

const characters = fc.constantFrom(...Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)), 'ü', '\0', '😀');
const flag = () => fc.option(fc.boolean(), { nil: undefined });
const policies: fc.Arbitrary<PasswordPolicyOptions> = fc.record({
  length: fc.option(fc.oneof(fc.integer({ min: 1, max: 140 }), fc.constantFrom(7, 8, 128, 129, 8.5)), { nil: undefined }),
  excludeCharacters: fc.option(fc.array(characters, { maxLength: 120, size: 'max' }).map(all => all.join('')), { nil: undefined }),
  uppercase: flag(),
  lowercase: flag(),
  numbers: flag(),
  punctuation: flag(),
  requireEachIncludedType: flag(),
});

describe('a password policy', () => {
  test('passes at synthesis if and only if the rotation can make a password of it', () => {
    let accepted = 0;
    fc.assert(fc.property(policies, props => {
      const policy = PasswordPolicy.of(props);
      const isMade = succeeds(() => newPassword(settingsIn(passwordEnvironment(policy)).passwordPolicy));
      expect(succeeds(() => requireRotatable('Stack/Secret', policy))).toBe(isMade);
      if (isMade) accepted++;
    }), { numRuns: 2000 });
    expect(accepted).toBeGreaterThan(100);
  });

  test.each([[7, false], [8, true], [128, true], [129, false]])('of %i characters passes: %s', (length, passes) => {
    expect(succeeds(() => requireRotatable('Stack/Secret', PasswordPolicy.of({ length })))).toBe(passes);
  });

  test('that leaves ten characters passes, and one that leaves nine does not, however often it excludes a character', () => {
    const passes = (props: PasswordPolicyOptions) => succeeds(() => requireRotatable('Stack/Secret', PasswordPolicy.of(props)));
    const numbers = { uppercase: false, lowercase: false, punctuation: false };
    const punctuation = { uppercase: false, lowercase: false, numbers: false };
    const ten = '#$%&\'()*+,-./:;<=>?[]^';
    expect([passes({ ...numbers, excludeCharacters: 'abc! ' }), passes({ ...numbers, excludeCharacters: '0' })]).toEqual([true, false]);
    expect([passes({ ...punctuation, excludeCharacters: `${ten}${ten} ` }), passes({ ...punctuation, excludeCharacters: `${ten}!` })]).toEqual([true, false]);
  });
});

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch (error) {
    expect(['ManagedSecretsError', 'RotationError']).toContain((error as Error).name);
    return false;
  }
}

test('no value that only the deployment knows reaches the function as text of a token', () => {
  const { stack } = world();
  rotated(stack, { strategy: alternatingUsers(stack), content: SecretContent.generatedField({ template: { username: 'app', engine: 'postgres', host: HOST } }) });
  expect(Object.values(resourceOf(stack, 'AWS::Lambda::Function').Properties.Environment.Variables).filter(value => Token.isUnresolved(value))).toEqual([]);
});
