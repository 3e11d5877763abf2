import { Stack, Token } from 'aws-cdk-lib';
import {
  DatabaseEngine, DatabaseRotator, LegacyAuthentication, PasswordPolicy, PasswordPolicyProps, RotationStrategy, RotationStrategyType, SecretContent,
} from 'cdk-managed-secrets';
import fc from 'fast-check';
import { alternatingUsers, endpoint, HOST, Props, resourceOf, rotated, SUPERUSER_ARN, world } from './rotated-databases';
import { mariadbAdapter, mysqlAdapter } from '../../lambda/rotation/adapters/mysql/adapter';
import { PostgresAdapter } from '../../lambda/rotation/adapters/postgres/adapter';
import { parseCredentials } from '../../lambda/rotation/engine/credentials';
import type { DatabaseAdapter } from '../../lambda/rotation/engine/database-adapter';
import { settingsIn } from '../../lambda/rotation/engine/environment';
import { newPassword } from '../../lambda/rotation/engine/password';
import { LEGACY_AUTHENTICATIONS } from '../../src/rotation/private/handler-contract';
import { passwordEnvironment, requireRotatable } from '../../src/rotation/private/password-environment';
import { requireUsername } from '../../src/rotation/private/username';

/** The constructs and the functions are two programs: what the one promises, the other keeps. */

const ENGINES: [string, DatabaseEngine, DatabaseAdapter][] = [
  ['postgres', DatabaseEngine.POSTGRESQL, new PostgresAdapter()],
  ['mysql', DatabaseEngine.MYSQL, mysqlAdapter],
  ['mariadb', DatabaseEngine.MARIADB, mariadbAdapter],
];

/** Strings of one to four bytes a character, about as long as a user name may be. */
const usernames = fc.string({ unit: fc.constantFrom('a', 'Z', '_', 'ü', '字', '😀'), minLength: 1, maxLength: 100 });

describe.each(ENGINES)('%s', (name, engine, adapter) => {
  test('is the name that its adapter knows, at the port that it takes for the default', () => {
    expect(engine.name).toBe(name);
    expect(adapter.engines).toContain(engine.name);
    expect(engine.defaultPort).toBe(adapter.defaultPort);
  });

  test('is found by all names that Amazon RDS has for it, which are those of its adapter', () => {
    expect(adapter.engines.map(each => DatabaseEngine._ofRds(each))).toEqual(adapter.engines.map(() => engine));
  });

  test('takes dual password if and only if its adapter does', () => {
    const strategy = RotationStrategy.dualPassword();
    const attempt = () => strategy._validate('Stack/Secret', engine);
    if (adapter.supportsDualPassword) expect(attempt).not.toThrow();
    else expect(attempt).toThrow(/must not be dual password/);
  });

  test('takes a user name if and only if its adapter does', () => {
    const target = { engine } as never;
    fc.assert(fc.property(usernames, fc.boolean(), (username, alternates) => {
      fc.pre(!alternates || !username.endsWith('_clone'));
      const strategy = alternates ? RotationStrategy.alternatingUsers({} as never) : RotationStrategy.singleUser();
      const longest = alternates ? `${username}_clone` : username;
      const fits = (adapter.usernameLength?.(longest) ?? [...longest].length) <= adapter.maxUsernameLength;
      const attempt = () => requireUsername('Stack/Secret', username, { target, strategy });
      if (fits) expect(attempt).not.toThrow();
      else expect(attempt).toThrow(/must have at most/);
    }), { numRuns: 500 });
  });

  test('has a password policy that its rotation can meet, without characters that its adapter refuses', () => {
    expect(() => requireRotatable('Stack/Secret', engine.passwordPolicy)).not.toThrow();
    const password = newPassword(settingsIn(passwordEnvironment(engine.passwordPolicy)).passwordPolicy, adapter.refusedCharacters);
    expect(password).toHaveLength(engine.passwordPolicy.length);
    expect([...password].filter(character => engine.passwordPolicy.excludeCharacters.includes(character))).toEqual([]);
  });
});

test('an engine that Amazon RDS calls otherwise is none of ours', () => {
  expect(['oracle-ee', 'sqlserver-ex', 'aurora', 'neptune', 'docdb', 'db2-se'].map(each => DatabaseEngine._ofRds(each))).toEqual(Array(6).fill(undefined));
});

const HOSTS = [
  HOST, 'db', 'DB.EXAMPLE.COM', 'db.example.com.', '_db.example.com', 'my_db', 'a'.repeat(64), `${'a.'.repeat(126)}a`, `${'a.'.repeat(127)}a`, 'db-1', 'db-', '-db', 'db..com', '.db',
  'db:5432', 'db.example.com/orders', 'postgresql://db/orders', 'app@db', ' db', 'db ', 'db\n', 'd b', 'db\0', '"', '*', 'dü', '字',
  '192.0.2.1', '192.0.2.1:5432', '999.0.2.1', '::1', '2001:db8::1', 'fe80::1%eth0', '[::1]', '2001:db8::1::2', ':', '::ffff:192.0.2.1',
];

test.each(HOSTS)('the host %j is taken if and only if the rotation takes it', host => {
  const secret = JSON.stringify({ username: 'app', password: 'p', engine: 'postgres', host });
  const isTaken = succeeds(() => parseCredentials(secret, 'AWSCURRENT', [new PostgresAdapter()]));
  expect(succeeds(() => endpoint(DatabaseEngine.POSTGRESQL, { host })._bind('Stack/Secret'))).toBe(isTaken);
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
    ['alternating users, whose secret names the superuser', stack => ({ strategy: alternatingUsers(stack) }), { strategy: 'alternatingUsers', superuserArn: undefined }],
    ['alternating users, whose adopted secret does not', stack => ({ strategy: alternatingUsers(stack), content: adopted }), { superuserArn: SUPERUSER_ARN }],
    ['a single user, whose secret is adopted', () => ({ content: adopted }), { strategy: 'singleUser', superuserArn: undefined }],
    ['certificate authorities', () => ({ certificateAuthorities: PEM }), { ca: [PEM] }],
    ['no legacy way to log in', () => ({ legacyAuthentication: [] }), { legacyAuthentication: [] }],
    ['every legacy way to log in', () => ({ legacyAuthentication: Object.values(LegacyAuthentication) }), { legacyAuthentication: LEGACY_AUTHENTICATIONS }],
    ['the name in the certificate', () => ({ tlsServerName: 'db.internal' }), { serverName: 'db.internal' }],
  ])('%s', (_, props, expected) => {
    const { stack } = world();
    rotated(stack, { database: endpoint(DatabaseEngine.MYSQL), ...props(stack) });
    expect(settingsOf(stack)).toMatchObject(expected);
  });

  test.each(Object.values(RotationStrategyType))('the strategy %s of a shared rotator', strategy => {
    const { stack } = world();
    new DatabaseRotator(stack, 'Rotator', { engine: DatabaseEngine.MYSQL, strategy });
    expect(settingsOf(stack).strategy).toBe(strategy);
  });

  test('each password policy', () => {
    fc.assert(fc.property(policies, props => {
      const { length, excludeCharacters, space, ...rules } = PasswordPolicy.of(props)._rules;
      const { passwordPolicy } = settingsIn(passwordEnvironment(PasswordPolicy.of(props)));
      expect(passwordPolicy).toEqual({ length, excludedCharacters: excludeCharacters, ...rules });
    }));
  });
});

const characters = fc.constantFrom(...Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)), 'ü', '\0', '😀');
const flag = () => fc.option(fc.boolean(), { nil: undefined });
const policies: fc.Arbitrary<PasswordPolicyProps> = fc.record({
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
    const passes = (props: PasswordPolicyProps) => succeeds(() => requireRotatable('Stack/Secret', PasswordPolicy.of(props)));
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
