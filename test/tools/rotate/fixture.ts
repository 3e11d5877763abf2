import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { App, aws_ec2 as ec2, aws_rds as rds, aws_secretsmanager as secretsmanager, Duration, Stack, Stage } from 'aws-cdk-lib';
import { RotatedDatabaseSecret, RotationSchedule, RotationStrategy, RotationTarget, SecretNamespace } from 'cdk-managed-secrets';
import { PLAIN } from '../../../src/review/reports/layout';
import type { BuildApp } from '../../../tools/examples/examples';
import { Close, LocalStand } from '../../../tools/rotate/local-stand';
import { rotate, RotateOptions } from '../../../tools/rotate/rotate';
import { ENV, QUICK } from '../../support/test-app';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- the file is JSON without types
const RECOMMENDED_FLAGS = require('aws-cdk-lib/recommended-feature-flags.json');

const SUPERUSER_ARN = `arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:superuser-a1b2c3`;
export const [SECRET, SCHEDULE] = ['AWS::SecretsManager::Secret', 'AWS::SecretsManager::RotationSchedule'];
export const [FUNCTION, PERMISSION] = ['AWS::Lambda::Function', 'AWS::Lambda::Permission'];

/** Code of functions, see `Assembly.wrap`. */
export const HANGS = 'exports.handler = async () => { note("called"); return new Promise(() => setInterval(() => {}, 1000)); };';
export const CALLS = `const call = async (operation, input) => {
  const request = { method: 'POST', headers: { 'x-amz-target': 'secretsmanager.' + operation }, body: JSON.stringify(input) };
  return (await fetch(process.env.SECRETS_MANAGER_ENDPOINT, request)).json();
};
const passwordOf = async SecretId => JSON.parse((await call('GetSecretValue', { SecretId })).SecretString).password;`;

/** One stack that rotates a credential of an imported cluster. */
export function build(app: App, strategyOf: (stack: Stack) => RotationStrategy, environment = 'prod'): void {
  const stack = new Stack(new Stage(app, environment, { env: ENV }), 'Shop');
  const securityGroups = [ec2.SecurityGroup.fromSecurityGroupId(stack, 'SecurityGroup', 'sg-0a1b2c3d4e5f60714')];
  const cluster = rds.DatabaseCluster.fromDatabaseClusterAttributes(stack, 'Cluster', {
    clusterIdentifier: 'shop',
    clusterEndpointAddress: 'shop.cluster-c1a2b3c4d5e6.eu-west-1.rds.amazonaws.com',
    engine: rds.DatabaseClusterEngine.AURORA_POSTGRESQL,
    port: 5432,
    securityGroups,
  });
  new RotatedDatabaseSecret(stack, 'Credentials', {
    namespace: new SecretNamespace(stack, 'Secrets', { environment, service: 'shop' }),
    purpose: 'db-credentials',
    username: 'shop_app',
    database: RotationTarget.fromCluster(cluster),
    strategy: strategyOf(stack),
    schedule: RotationSchedule.cron({ weekDay: 'SUN', hour: '3', window: Duration.hours(2) }),
    vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-0a1b2c3d', availabilityZones: ['eu-west-1a'], privateSubnetIds: ['subnet-0a1b2c3d'], privateSubnetRouteTableIds: ['rtb-0a1b2c3d'],
    }),
  });
}

export const STRATEGIES = {
  singleUser: () => RotationStrategy.singleUser(),
  alternatingUsers: (stack: Stack) => RotationStrategy.alternatingUsers({
    superuserSecret: secretsmanager.Secret.fromSecretCompleteArn(stack, 'Superuser', SUPERUSER_ARN),
  }),
};

/** Without the template validation, which costs a second a synthesis. */
export function synthesize(outdir: string, buildApp: BuildApp): void {
  // The functions are run from the assembly.
  const context = { ...RECOMMENDED_FLAGS, ...QUICK, 'aws:cdk:disable-asset-staging': false };
  const app = new App({ outdir, context, builtinCloudFormationValidation: false } as ConstructorParameters<typeof App>[0]);
  buildApp(app);
  app.synth();
}

/** The cloud assembly of the stack, to be spoiled by a test. */
export class Assembly {
  public readonly directory = mkdtempSync(path.join(tmpdir(), 'rotate-test-'));

  constructor(source: string) {
    chmodSync(this.directory, 0o755);
    cpSync(source, this.directory, { recursive: true });
  }

  /** Changes the properties of the one resource of a type. */
  public edit(type: string, change: (properties: any, resources: Record<string, unknown>, id: string) => void): this {
    const [file] = readdirSync(this.directory, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.template.json'));
    const template = JSON.parse(readFileSync(path.join(this.directory, file), 'utf8'));
    const [id, { Properties }] = Object.entries<any>(template.Resources).find(([, { Type }]) => Type === type)!;
    change(Properties, template.Resources, id);
    writeFileSync(path.join(this.directory, file), JSON.stringify(template));
    return this;
  }

  /** Puts code around the function; `real` is its handler, and `note` writes into a file of the test. */
  public wrap(code: string): this {
    const asset = path.join(this.directory, readdirSync(this.directory).find(name => name.startsWith('asset.'))!);
    renameSync(path.join(asset, 'index.js'), path.join(asset, 'real.js'));
    writeFileSync(path.join(asset, 'index.js'), `const real = (...received) => require('./real.js').handler(...received);
      const note = value => require('fs').appendFileSync(${JSON.stringify(this.notes)}, JSON.stringify(value) + '\\n');
      ${code}`);
    return this;
  }

  public noted(): any[] {
    return existsSync(this.notes) ? readFileSync(this.notes, 'utf8').trim().split('\n').map(line => JSON.parse(line)) : [];
  }

  private get notes(): string {
    return path.join(this.directory, 'notes');
  }
}

export interface Run {
  readonly output: string;
  readonly result?: string;
  readonly error?: string;
  /** Absent where it did not come so far. */
  readonly stand?: LocalStand;
}

/** Rotates as the command does, and ends everything; no password may have been seen. */
export async function run(directory: string, options: RotateOptions = { steps: true }): Promise<Run> {
  const open = jest.spyOn(LocalStand, 'open');
  const closes: Close[] = [];
  let output = '';
  const say = (lines: readonly string[]) => { output += `${lines.join('\n')}\n`; };
  const outcome = await rotate(directory, options, { say, style: PLAIN, closing: close => closes.unshift(close) })
    .then(result => ({ result }), (error: Error) => ({ error: error.message }));
  for (const close of closes) await close();
  const stand: LocalStand | undefined = await open.mock.results.at(0)?.value;
  open.mockRestore();
  const seen = JSON.stringify(outcome) + output;
  expect(stand?.passwords().filter(password => seen.includes(password)) ?? []).toEqual([]);
  return { output, stand, ...outcome };
}

/** The assemblies of one suite; each test spoils one of its own. */
export class Assemblies {
  public readonly folder = mkdtempSync(path.join(tmpdir(), 'rotate-apps-'));
  private readonly made: Assembly[] = [];

  constructor() {
    for (const [name, strategyOf] of Object.entries(STRATEGIES)) synthesize(path.join(this.folder, name), app => build(app, strategyOf));
  }

  public one(strategy: keyof typeof STRATEGIES = 'singleUser'): Assembly {
    const assembly = new Assembly(path.join(this.folder, strategy));
    this.made.push(assembly);
    return assembly;
  }

  public remove(): void {
    for (const each of [this.folder, ...this.made.map(({ directory }) => directory)]) rmSync(each, { recursive: true, force: true });
  }
}
