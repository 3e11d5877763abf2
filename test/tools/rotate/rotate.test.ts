import { spawn, spawnSync } from 'child_process';
import { existsSync, readdirSync } from 'fs';
import * as path from 'path';
import { Assemblies, build, FUNCTION, HANGS, run, SCHEDULE, SECRET, STRATEGIES, synthesize } from './fixture';
import { loadExample } from '../../../tools/examples/examples';
import { deployedRotation } from '../../../tools/rotate/deployed-rotation';

const ROOT = path.resolve(__dirname, '../../..');

(process.platform === 'win32' ? describe.skip : describe)('npx projen rotate', () => {
  let assemblies: Assemblies;

  beforeAll(() => { assemblies = new Assemblies(); });
  afterAll(() => assemblies.remove());

  test('rotates alternating users twice, each of whom logs in before and after', async () => {
    const { result, output, stand } = await run(assemblies.one('alternatingUsers').directory);

    expect(result).toMatch(/^Rotated twice, shop_app -> shop_app_clone -> shop_app: [1-9]\d* logins, none failed\.$/);
    expect(output).toMatch(/testSecret alone.*\n  testSecret .*; tested\n/);
    expect(output.match(/createSecret .*stored\n|setSecret .*set\n|testSecret .*tested\n|finishSecret .*promoted\n/g)).toHaveLength(9);
    for (const rotation of [1, 2]) expect(output).toMatch(new RegExp(`after rotation ${rotation}: AWSPREVIOUS shop_app\\w* logs in`));
    expect(stand!.passwords()).toHaveLength(4);
  });

  test('rotates a single user once, whose old password is refused then', async () => {
    const { result, output } = await run(assemblies.one().directory);

    expect(result).toMatch(/^Rotated once, shop_app: [1-9]\d* logins, none failed\.$/);
    expect(output).toContain('after rotation 1: AWSPREVIOUS shop_app is refused');
    expect(output).toContain('cron(0 3 ? * SUN *), window of 2h');
  });

  test('rotates the golden path', async () => {
    const outdir = path.join(assemblies.folder, 'golden-path');
    synthesize(outdir, loadExample('golden-path'));
    const { result, error, output } = await run(outdir);

    expect(error).toBeUndefined();
    expect(result).toMatch(/^Rotated twice, payments_app -> payments_app_clone -> payments_app:/);
    expect(output).toContain('prod/payments/db-credentials of stack prod/');
    expect(output).toContain('replica in eu-central-1');
    expect(output).toContain('not shown: staging/payments/db-credentials');
  });

  test('has the function make the user first, where the deployment does', async () => {
    const outdir = path.join(assemblies.folder, 'database-user');
    synthesize(outdir, loadExample('database-user'));
    const { result, error, output } = await run(outdir);

    expect(error).toBeUndefined();
    expect(result).toMatch(/^Rotated once, catalog_app: [1-9]\d* logins, none failed\.$/);
    expect(output).toMatch(/CloudFormation makes the user, by the same function\n {2}Create .*AWSCURRENT refused; superuser loggedIn; AWSCURRENT loggedIn; userReady\n/);
  });

  test('shows a summary without the labels between two steps, unless asked for them', async () => {
    const { result, output } = await run(assemblies.one().directory, {});

    expect(result).toMatch(/^Rotated once/);
    expect(output.match(/createSecret .*stored\n|setSecret .*set\n|testSecret .*tested\n|finishSecret .*promoted\n/g)).toHaveLength(5);
    expect(output.match(/^ {4}AWSCURRENT /gm)).toHaveLength(2); // before, and after the rotation
    expect(output).not.toMatch(/environment|after rotation 1: /);
  });

  test('rotates as often as asked, pauses after each step, and shows what the function logs', async () => {
    const started = Date.now();
    const { result, output } = await run(assemblies.one().directory, { steps: true, rotations: 3, pauseMs: 200, logs: true });

    expect(result).toMatch(/^Rotated 3 times, shop_app: [1-9]\d* logins, none failed\.$/);
    expect(Date.now() - started).toBeGreaterThan(13 * 200); // the check of the schedule is a step, too
    expect(output.match(/^ {4}\{.*"message":"Step done\.".*"step":"setSecret"/gm)).toHaveLength(3);
  });

  test('takes the secret of the stage prod, and names the others', async () => {
    const outdir = path.join(assemblies.folder, 'stages');
    synthesize(outdir, app => ['dev', 'prod'].forEach(stage => build(app, STRATEGIES.singleUser, stage)));
    const { secret, others } = await deployedRotation(outdir);

    expect([secret.name, others]).toEqual(['prod/shop/db-credentials', ['dev/shop/db-credentials']]);
  });

  test('gives the function the environment of the template, that of Lambda and two variables, and nothing else', async () => {
    const spoiled = assemblies.one().wrap(`exports.handler = async (event, context) => {
      note([process.env, process.cwd(), require('fs').readdirSync('.'), event]);
      await real(event, context);
    };`);
    const { stand } = await run(spoiled.directory);
    const [[environment, cwd, files, event]] = spoiled.noted();

    const { lambda, template, local } = stand!.environment;
    expect(environment).toEqual({ ...lambda, ...template, ...local });
    expect(Object.keys(local)).toEqual(['SECRETS_MANAGER_ENDPOINT', 'TLS_CA_BUNDLE']);
    expect(Object.keys(lambda).filter(name => !/^(_HANDLER|AWS_\w+|LAMBDA_TASK_ROOT|LANG|TZ)$/.test(name))).toEqual([]);
    let ofTemplate: unknown;
    spoiled.edit(FUNCTION, ({ Environment }) => { ofTemplate = Environment.Variables; });
    expect(template).toEqual(ofTemplate);
    expect(files).toEqual(['index.js', 'real.js']);
    expect(existsSync(cwd)).toBe(false);
    const { secret } = await deployedRotation(spoiled.directory);
    expect(event).toEqual({ Step: 'testSecret', SecretId: secret.arn, ClientRequestToken: expect.any(String) });
  });

  test('says which variables of the template it replaces', async () => {
    const { output, result } = await run(assemblies.one().edit(FUNCTION, ({ Environment }) => {
      Environment.Variables.SECRETS_MANAGER_ENDPOINT = 'https://vpce-0a1b2c3d.example.com';
    }).directory);

    expect(output).toContain('replaced: SECRETS_MANAGER_ENDPOINT:');
    expect(output).toContain('added: TLS_CA_BUNDLE:');
    expect(result).toBeDefined();
  });

  test('starts with a rotation where the template asks for one at once, in the database that the template names', async () => {
    const spoiled = assemblies.one()
      .edit(SCHEDULE, properties => { delete properties.RotateImmediatelyOnUpdate; })
      .edit(SECRET, ({ GenerateSecretString }) => { GenerateSecretString.SecretStringTemplate = '{"username":"shop_app","dbname":"shop"}'; });
    const { output, result } = await run(spoiled.directory);

    expect(output).not.toContain('testSecret alone');
    expect(output).toContain('Rotation 1 of 1: at once');
    expect(result).toMatch(/^Rotated once/);
  });

  test.each([[], ['--rotations', '0', 'golden-path']].map(args => [args]))(
    'explains itself, and begins nothing, after %j', args => {
      const { status, stderr, stdout } = spawnSync(process.execPath, ['--import', 'tsx', 'tools/rotate/main.ts', ...args], {
        cwd: ROOT, env: { ...process.env, TSX_TSCONFIG_PATH: 'tools/tsconfig.json' }, encoding: 'utf8',
      });

      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toContain('npx projen rotate <app>');
    });

  test.each([
    ['the end', undefined, 0],
    ['Ctrl-C', 'SIGINT', 130],
    ['SIGTERM', 'SIGTERM', 143],
  ] as const)('leaves nothing behind after %s', async (_, signal, code) => {
    const temporary = assemblies.one().directory;
    const app = assemblies.one();
    if (signal) app.wrap(HANGS);
    const child = spawn(process.execPath, ['--import', 'tsx', 'tools/rotate/main.ts', app.directory], {
      cwd: ROOT, env: { ...process.env, TMPDIR: temporary, TSX_TSCONFIG_PATH: 'tools/tsconfig.json' }, stdio: ['ignore', 'ignore', 'inherit'],
    });
    const ended = new Promise(resolve => child.once('exit', resolve));
    while (signal && app.noted().length === 0 && child.exitCode === null) await new Promise(resolve => setTimeout(resolve, 50));
    if (signal) child.kill(signal);
    await new Promise(resolve => setTimeout(resolve, 20));
    if (signal) child.kill(signal);

    expect(await ended).toBe(code);
    expect(readdirSync(temporary).filter(name => /^rot/.test(name))).toEqual([]);
  });
});
