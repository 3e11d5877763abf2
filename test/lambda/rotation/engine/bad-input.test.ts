import { randomUUID } from 'crypto';
import { RotationError } from '../../../../lambda/rotation/engine/errors';
import { newPassword } from '../../../../tools/servers/new-password';
import { FixtureOptions, RotationFixture, StepOptions } from '../../../support/rotation/rotation-fixture';

const OTHER_HOST_ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:missing-AbCdEf';

/** Fails with one error that names the secret and says what to do, and touches neither the database nor the secret. */
async function refuses(fixture: RotationFixture, says: RegExp, step: 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret' = 'createSecret', options: StepOptions = {}) {
  const before = fixture.secretsManager.secret(fixture.secretArn);
  const changes = fixture.database.changes;
  const error = await fixture.failure(step, options);
  expect(error).toBeInstanceOf(RotationError);
  expect(error.kind).toBe('configuration');
  expect(error.message).toContain(fixture.secretArn);
  expect(error.message).toMatch(says);
  expect(error.message).toMatch(/[;(] ?(correct|give|cancel|check|begin|turn|restore|remove|rotate|choose|let|store|exclude)/);
  expect(error.cause).toBeUndefined();
  for (const password of [fixture.password, fixture.superuserPassword]) expect(`${fixture.lines.join()}${error.stack}`).not.toContain(password);
  expect(fixture.secretsManager.secret(fixture.secretArn)).toEqual(before);
  expect(fixture.database.changes).toBe(changes);
  return error;
}

async function refusesSecret(options: FixtureOptions, says: RegExp): Promise<void> {
  const fixture = new RotationFixture(options).begin();
  await refuses(fixture, says);
  expect(fixture.database.attempts).toEqual([]);
  expect(fixture.lines.filter(line => line.includes('"error"'))).toHaveLength(1);
}

describe('a malformed secret', () => {
  test.each(['', 'password', '{"password": "broken', '{"a": 1}}'])('%j is not JSON', async text => refusesSecret({ text: text || ' ' }, /AWSCURRENT is not JSON; correct the secret/));
  test.each(['null', '[]', '"text"', '42', 'true'])('%s is no object', async text => refusesSecret({ text }, /AWSCURRENT is not a JSON object/));

  test('what a parser would quote of it is not shown', async () => {
    const secret = newPassword();
    const fixture = new RotationFixture({ text: `{"password": "${secret}", oops}` }).begin();
    const error = await refuses(fixture, /is not JSON/);
    expect(`${error.stack}${fixture.lines.join()}`).not.toContain(secret.slice(0, 6));
  });

  test.each(['engine', 'host', 'username', 'password'])('`%s` is missing', async key => refusesSecret({ secret: { [key]: undefined } }, new RegExp(`AWSCURRENT has no \`${key}\``)));

  test.each(['engine', 'host', 'username', 'password'].flatMap(key => [42, null, true, ['x'], { x: 1 }, ''].map(value => [key, value] as const)))(
    '`%s` is %j', async (key, value) => refusesSecret({ secret: { [key]: value } }, new RegExp(`must hold a text in \`${key}\``)));

  test.each(['dbname', 'masterarn'])('`%s` is a number', async key => refusesSecret({ secret: { [key]: 7 } }, new RegExp(`must hold a text in \`${key}\``)));

  test.each(['username', 'password', 'dbname'])('`%s` holds NUL', async key => refusesSecret({ secret: { [key]: 'a\0b' } }, new RegExp(`NUL character in \`${key}\``)));

  test.each([0, 65_536, -1, 1.5, '5432x', '', 'postgres', true, {}, '1e3', 1e21])('`port` is %j', async port => refusesSecret({ secret: { port } }, /number from 1 to 65535 in `port`/));

  test.each(['oracle', 'FAKE', 'fake ', 'postgres'])('`engine` is %s', async engine => refusesSecret({ secret: { engine } }, /must hold fake or aurora-fake in `engine`/));

  test.each(['/var/run/postgresql', 'db.example.com/x', 'a b', 'user@db', 'db:5432', '-db', 'db..example.com', 'a'.repeat(254), 'dé.example.com', 'db\n', '${HOST}', '[::1]'])(
    '`host` is %j', async host => refusesSecret({ secret: { host } }, /host name or an address in `host`/));

  test('holds binary data', async () => {
    const fixture = new RotationFixture().begin();
    fixture.secretsManager.edit(fixture.secretArn, ({ versions }) => {
      versions[0].text = undefined;
      versions[0].binary = new Uint8Array([1]);
    });
    await refuses(fixture, /binary data/);
  });

  test('would be over 65536 bytes with the new password, of characters of several bytes too', async () => {
    const short = new RotationFixture({ secret: { password: 'x' } });
    const room = 65_536 - Buffer.byteLength(short.textOf('AWSCURRENT')!);
    await refusesSecret({ secret: { password: 'x', note: 'é'.repeat(Math.floor((room - 10) / 2)) } }, /more than 65536 bytes/);
  });

  test('of exactly 65536 bytes is taken', async () => {
    const environment = { PASSWORD_LENGTH: '32', EXCLUDE_PUNCTUATION: 'true' };
    const password = 'p'.repeat(32);
    const bytes = Buffer.byteLength(new RotationFixture({ secret: { password, note: '' } }).textOf('AWSCURRENT')!);
    const fits = new RotationFixture({ environment, secret: { password, note: 'n'.repeat(65_536 - bytes) } }).begin();
    await fits.step('createSecret');
    expect(Buffer.byteLength(fits.textOf('AWSPENDING')!)).toBe(65_536);
  });
});

describe('what is valid is taken', () => {
  test.each([[5432], ['5432'], [undefined], [null], [1], [65_535]])('`port` %j', async (port) => {
    const fixture = new RotationFixture({ secret: { port } });
    await fixture.rotate();
    expect(fixture.database.attempts[0].login.port).toBe(Number(port ?? 4242));
  });

  test.each(['10.0.0.1', '::1', 'localhost', 'DB.example.com.', 'my_db.internal', 'x.cluster-abc.eu-west-1.rds.amazonaws.com'])('`host` %s', async (host) => {
    const fixture = new RotationFixture({ secret: { host } });
    await fixture.rotate();
    expect(fixture.database.attempts[0].login.host).toBe(host.replace(/\.$/, ''));
    expect(fixture.stored('AWSCURRENT')!.host).toBe(host);
  });

  test.each(['o\'brien', 'quo"te', 'back\\slash', '; DROP TABLE t; --', '$1 %s ?', 'Ünï密码', '${jndi:x}'])('user %s and password pass through as data', async (name) => {
    const fixture = new RotationFixture({ secret: { username: name, password: `${name}'"\\` } });
    fixture.database.createUser(name, `${name}'"\\`);
    await fixture.rotate();
    expect(fixture.stored('AWSCURRENT')!.username).toBe(name);
    expect(fixture.logsIn('AWSCURRENT')).toBe(true);
  });

  test('a key called __proto__ is a key like any other', async () => {
    const text = JSON.stringify({ engine: 'fake', host: 'h', username: 'app', password: 'x' }).replace('{', '{"__proto__":{"engine":"oracle"},');
    const fixture = new RotationFixture({ text }).begin();
    await fixture.step('createSecret');
    expect(fixture.textOf('AWSPENDING')).toContain('"__proto__":{"engine":"oracle"}');
  });
});

describe('a user name at the limit of the engine', () => {
  const adapter = { usernameLimit: { max: 20, unit: 'characters' } } as const;

  test.each([['singleUser', 20], ['dualPassword', 20], ['alternatingUsers', 14]] as const)('%s takes %i characters', async (strategy, length) => {
    const username = '密'.repeat(length);
    const fixture = new RotationFixture({ strategy, adapter, secret: { username } });
    fixture.database.createUser(username, fixture.password);
    await fixture.rotate();
    expect(fixture.logsIn('AWSCURRENT')).toBe(true);
  });

  test.each([['singleUser', 21], ['dualPassword', 21], ['alternatingUsers', 15]] as const)('%s refuses %i', async (strategy, length) =>
    refusesSecret({ strategy, adapter, secret: { username: 'u'.repeat(length) } }, /a user name of 21 characters is longer than the 20/));

  test('_clone alone leaves no name to go back to', async () => refusesSecret({ strategy: 'alternatingUsers', secret: { username: '_clone' } }, /cannot be called _clone alone/));

  test('from the clone back, the name gets shorter', async () => {
    const fixture = new RotationFixture({ strategy: 'alternatingUsers', adapter, secret: { username: `${'u'.repeat(14)}_clone` } }).begin();
    await fixture.step('createSecret');
    expect(fixture.stored('AWSPENDING')!.username).toBe('u'.repeat(14));
  });
});

test('every number of the secret is stored as it was written', async () => {
  const numbers = '[12345678901234567890, 1.0, -0, 1e400, 0.1000, {"1": 2E+3, "say \\"1\\" 23": "4.50 \\\\"}]';
  const password = newPassword();
  const text = `{"id": 90071992547409931, "engine": "fake", "host": "h", "username": "app", "password": "${password}", "list": ${numbers}, "-5": "6"}`;
  const fixture = new RotationFixture({ text });
  fixture.database.createUser('app', password);
  await fixture.rotate();
  const stored = fixture.textOf('AWSCURRENT')!;
  const renewed = String(fixture.stored('AWSCURRENT')!.password);
  expect(stored).toBe(text.replace(/([:,]) /g, '$1').replace(`"${password}"`, () => JSON.stringify(renewed)));
});

describe('an endpoint that takes no new password', () => {
  test.each([
    ['my.proxy-abc123.eu-west-1.rds.amazonaws.com', /RDS Proxy/],
    ['ro.endpoint.proxy-abc123.rds.cn-north-1.amazonaws.com.cn', /RDS Proxy/],
    ['db.cluster-ro-abc123.rds.cn-northwest-1.amazonaws.com.cn', /reader endpoint/],
    ['MY.PROXY-ABC123.EU-WEST-1.RDS.AMAZONAWS.COM.', /RDS Proxy/],
    ['db.cluster-ro-abc123.eu-west-1.rds.amazonaws.com', /reader endpoint/],
  ])('%s', async (host, says) => {
    await refusesSecret({ secret: { host } }, says);
    await refusesSecret({ secret: { host }, strategy: 'alternatingUsers' }, /give the endpoint of the writer/);
  });
});

describe('the superuser secret', () => {
  const strategy = 'alternatingUsers';

  test('`masterarn` is missing', async () => refusesSecret({ strategy, secret: { masterarn: undefined } }, /`masterarn` is missing/));
  test.each(['superuser', 'arn:aws:rds:eu-west-1:111122223333:db:x', '*', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:'])(
    '`masterarn` is %s', async masterarn => refusesSecret({ strategy, secret: { masterarn } }, /`masterarn` must be the ARN of a secret/));

  test.each([
    'arn:aws:secretsmanager:us-east-1:111122223333:secret:root-AbCdEf', 'arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:root-AbCdEf',
  ])('`masterarn` is of another region, which is said before anything is stored: %s', async masterarn =>
    refusesSecret({ strategy, secret: { masterarn } }, /`masterarn` names a secret of another region/));

  const setRefuses = async (options: FixtureOptions, says: RegExp) => {
    const fixture = new RotationFixture({ strategy, ...options }).begin();
    await fixture.step('createSecret');
    await refuses(fixture, says, 'setSecret');
    expect(fixture.logins()).not.toContain('root');
  };

  test('is that of another host', async () => setRefuses({ superuserSecret: { host: 'other.example.com' } }, /another host or port/));
  test('is that of another port', async () => setRefuses({ superuserSecret: { port: 5433 } }, /another host or port/));
  test('is that of another engine', async () => setRefuses({ superuserSecret: { engine: 'oracle' } }, /the superuser secret must hold fake/));
  test('has no password', async () => setRefuses({ superuserSecret: { password: undefined } }, /the superuser secret has no `password`/));
  test.each(['root_clone', 'ROOT_clone'])('is that of a user that takes turns with %s', async (username) => {
    const fixture = new RotationFixture({ strategy, secret: { username } });
    fixture.database.createUser(username, fixture.password);
    fixture.begin();
    await fixture.step('createSecret');
    await refuses(fixture, /is the superuser, or takes turns with it/, 'setSecret');
  });

  test('does not exist', async () => setRefuses({ secret: { masterarn: OTHER_HOST_ARN } }, /reading the superuser secret finds nothing/));
});

describe('a pending version that somebody else wrote', () => {
  test.each([
    ['host', 'evil.example.com', /another host, port/], ['port', 1, /another host, port, engine or database/], ['username', 'root', /the user of AWSPENDING/], ['engine', 'x', /AWSPENDING must hold/],
    ['dbname', 'private', /another host, port, engine or database/],
  ])('names another %s', async (key, value, says) => {
    const fixture = new RotationFixture();
    fixture.begin(randomUUID(), JSON.stringify({ ...fixture.stored('AWSCURRENT'), [key]: value }));
    await refuses(fixture, says, 'setSecret');
    expect(fixture.database.attempts).toEqual([]);
  });

  test('does not let the superuser change the password of any user', async () => {
    const fixture = new RotationFixture({ strategy: 'alternatingUsers', secret: { username: 'victim_clone' } });
    fixture.database.createUser('victim_clone', 'not that of the secret');
    fixture.begin();
    await fixture.step('createSecret');
    expect((await fixture.failure('setSecret')).kind).toBe('refused');
    expect(fixture.logins()).not.toContain('root');
    expect(fixture.database.changes).toBe(0);
  });
});

describe('an event that Secrets Manager would not send', () => {
  const steps = ['createSecret', 'setSecret', 'finishSecret'] as const;

  test.each(['create_secret', '', 'constructor', undefined, 7])('step %j', async (Step) => {
    const fixture = new RotationFixture().begin();
    await refuses(fixture, /`Step` must be one of/, 'createSecret', { event: { Step } });
    expect(fixture.calls()).toEqual([]);
  });

  test.each([{ ClientRequestToken: undefined }, { ClientRequestToken: '' }, { ClientRequestToken: 7 }, { RotationToken: 7 }])('%j', async (event) => {
    const fixture = new RotationFixture().begin();
    await refuses(fixture, /the event has no `ClientRequestToken`|`RotationToken` must be/, 'createSecret', { event });
    expect(fixture.calls()).toEqual([]);
  });

  test.each([undefined, '', 7])('secret %j', async (SecretId) => {
    const error = await new RotationFixture().begin().failure('createSecret', { event: { SecretId } });
    expect(error.message).toMatch(/names no secret/);
  });

  test.each([...steps, 'testSecret' as const])('%s with a token without a version', async (step) => {
    const fixture = new RotationFixture().begin();
    await refuses(fixture, /no staging label/, step, { token: randomUUID() });
    expect(fixture.database.attempts).toEqual([]);
  });

  test.each([...steps, 'testSecret' as const])('%s with a token whose version has no label, or another', async (step) => {
    const fixture = new RotationFixture();
    await fixture.rotate();
    const [, current] = fixture.secretsManager.secret(fixture.secretArn).versions;
    const previous = fixture.versionOf('AWSPREVIOUS')!;
    const logins = fixture.database.attempts.length;
    await refuses(fixture, /is not AWSPENDING/, step, { token: previous });
    expect(current.id).toBe(fixture.versionOf('AWSCURRENT'));
    expect(fixture.database.attempts).toHaveLength(logins);
  });

  test.each(steps)('%s while rotation is off', async (step) => {
    const fixture = new RotationFixture().begin();
    fixture.secretsManager.edit(fixture.secretArn, (secret) => {
      secret.rotation = { enabled: false, functionArn: 'arn', days: 1 };
    });
    await refuses(fixture, /rotation of the secret is off; turn it on/, step);
    expect(fixture.database.attempts).toEqual([]);
  });
});

describe('an environment that is wrong', () => {
  test.each([
    ['ROTATION_STRATEGY', 'multiUser', /`ROTATION_STRATEGY` must be one of/], ['EXCLUDE_NUMBERS', 'maybe', /`EXCLUDE_NUMBERS` must be true or false/],
    ['PASSWORD_LENGTH', '7', /whole number from 8 to 128/], ['PASSWORD_LENGTH', '129', /whole number/], ['PASSWORD_LENGTH', 'long', /whole number/],
    ['EXCLUDE_CHARACTERS', Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join(''), /fewer than 10 characters/],
  ])('%s is %s', async (name, value, says) => refusesSecret({ environment: { [name]: value } }, says));

  test('dual password on an engine that has one password for a user', async () =>
    refusesSecret({ strategy: 'dualPassword', adapter: { keepsOldPassword: false } }, /has one password for a user; choose single user/));

  test('alternating users on an engine where none can do what another does', async () =>
    refusesSecret({ strategy: 'alternatingUsers', adapter: { noAlternatingUsers: 'whose users are alone' } }, /cannot alternate on Fake, whose users are alone; choose single/));

  test('a user name in upper case, where the engine folds it', async () =>
    refusesSecret({ adapter: { usernamesInLowerCase: true }, secret: { username: 'App' } }, /must be in lower case for Fake/));
});
