import { execFileSync, spawnSync } from 'child_process';
import { createHash } from 'crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { assertions, aws_autoscaling as autoscaling, aws_ec2 as ec2, aws_iam as iam, aws_s3 as s3, Duration, Stack } from 'aws-cdk-lib';
import { apiKey, database, payments } from './follow';
import { InstanceConsumer, InstanceConsumerProps, RotationStrategy, SecretsManagerAgent, SecretsManagerAgentOptions } from '../../src';
import { installationScript } from '../../src/consumers/private/agent-installation';
import { role } from '../support/test-app';

const SHA_256 = 'a'.repeat(64);
const KEY = 'agents/aws_secretsmanager_agent';

/** What `ConfigFile` of aws_secretsmanager_agent/src/config.rs takes in v2.0.0, which refuses every other name. */
const KEYS = [
  'log_level', 'log_to_file', 'http_port', 'ttl_seconds', 'cache_size', 'ssrf_headers', 'ssrf_env_variables', 'path_prefix', 'max_conn', 'region',
  'ignore_transient_errors', 'validate_credentials', 'credentials_file_path',
];

const folder = mkdtempSync(path.join(tmpdir(), 'agent-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function programsIn(stack: Stack): s3.IBucket {
  return stack.node.tryFindChild('Programs') as unknown as s3.IBucket ?? s3.Bucket.fromBucketName(stack, 'Programs', 'programs');
}

function agent(stack: Stack, options?: SecretsManagerAgentOptions): SecretsManagerAgent {
  return SecretsManagerAgent.fromBucket(programsIn(stack), KEY, SHA_256, options);
}

function consumer(stack: Stack, props: Partial<InstanceConsumerProps> = {}): InstanceConsumer {
  return new InstanceConsumer(stack, 'Consumer', {
    grantee: stack.node.tryFindChild('Machine') as iam.Role ?? role(stack, 'Machine'), secrets: props.secrets ?? [apiKey(stack)], agent: props.agent ?? agent(stack), ...props,
  });
}

function configurationOf({ installation }: InstanceConsumer): string[] {
  const start = installation.findIndex(line => line.includes('config.toml <<'));
  return installation.slice(start + 1, installation.indexOf('END', start));
}

test('the role may read this secret, use its key for it, and fetch this program', () => {
  const stack = payments();
  consumer(stack);
  const [{ Properties: { PolicyDocument: { Statement } } }] = Object.values(assertions.Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  expect(Statement).toHaveLength(3);
  expect(Statement.map(({ Action }: any) => Action)).toEqual([['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'], 'kms:Decrypt', 's3:GetObject']);
  expect(Statement[2].Resource).toBe(`arn:aws:s3:::programs/${KEY}`);
});

test('a program of this machine is an asset, whose checksum is compared', () => {
  const stack = payments();
  const file = path.join(folder, 'program');
  writeFileSync(file, 'program');
  const { installation } = consumer(stack, { agent: SecretsManagerAgent.fromFile(file) });
  expect(stack.resolve(installation).join('\n')).toContain(createHash('sha256').update('program').digest('hex'));
});

describe('the configuration', () => {
  test('holds nothing but what the agent takes', () => {
    const options = { timeToLive: Duration.seconds(60), cacheSize: 10, httpPort: 2774, maxConnections: 20, credentialsFilePath: '/etc/aws/credentials' };
    const stack = payments();
    const lines = configurationOf(consumer(stack, { agent: agent(stack, options) }));
    expect(lines).toEqual([
      'log_to_file = false', 'region = "eu-west-1"', 'ttl_seconds = 60', 'cache_size = 10', 'http_port = 2774', 'max_conn = 20',
      'credentials_file_path = "/etc/aws/credentials"',
    ]);
    expect(lines.map(line => line.split(' ')[0]).filter(key => !KEYS.includes(key))).toEqual([]);
  });

  test.each([[RotationStrategy.dualPassword(), 300], [RotationStrategy.singleUser(), 0]])('has a time to live that fits the rotation', (strategy, seconds) => {
    const stack = payments();
    const made = consumer(stack, { secrets: [database(stack, { strategy })] });
    expect(configurationOf(made)).toContain(`ttl_seconds = ${seconds}`);
    expect(made.timeToLive.toSeconds()).toBe(seconds);
  });
});

describe('the agent is installed', () => {
  test('by the user data of an instance', () => {
    const stack = payments();
    const vpc = new ec2.Vpc(stack, 'Vpc');
    const group = new autoscaling.AutoScalingGroup(stack, 'Fleet', {
      vpc, instanceType: new ec2.InstanceType('t4g.micro'), machineImage: ec2.MachineImage.latestAmazonLinux2023(),
    });
    consumer(stack, { grantee: group, userData: group.userData });
    expect(group.userData.render()).toContain('sha256sum --check --status');
  });

  test('by State Manager, on the machines that are named', () => {
    const stack = payments();
    const made = consumer(stack, { targets: [{ key: 'tag:Role', values: ['worker'] }] });
    const [{ Properties }] = Object.values(assertions.Template.fromStack(stack).findResources('AWS::SSM::Association'));
    expect(Properties).toEqual({
      Name: 'AWS-RunShellScript', Targets: [{ Key: 'tag:Role', Values: ['worker'] }], Parameters: { commands: stack.resolve(made.installation) },
    });
    // Systems Manager would take it for a parameter of the document.
    expect(JSON.stringify(stack.resolve(made.installation))).not.toContain('{{');
  });
});

(process.platform === 'win32' ? describe.skip : describe)('the script', () => {
  const commands = ['groupadd', 'useradd', 'usermod', 'systemctl'];

  /** Runs it below a folder, with commands that note how they are called; `aws` copies the program. */
  function installed(sha256: string): { status: number | null; stderr: string; root: string; calls: string[] } {
    const root = mkdtempSync(path.join(folder, 'root-'));
    const bin = path.join(root, 'bin');
    mkdirSync(bin);
    mkdirSync(path.join(root, 'etc/systemd/system'), { recursive: true });
    writeFileSync(path.join(root, 'program'), 'the agent');
    const command = (name: string, text: string) => {
      writeFileSync(path.join(bin, name), `#!/bin/sh\necho "${name} $*" >> '${root}/calls'\n${text}\n`);
      chmodSync(path.join(bin, name), 0o755);
    };
    commands.forEach(name => command(name, ''));
    command('id', 'exit 1');
    command('aws', `for last; do :; done; cp '${root}/program' "$last"`);
    const script = installationScript({
      programUrl: `s3://programs/${KEY}`, sha256, region: 'eu-west-1', configuration: ['ttl_seconds = 60', 'region = "$(touch /nowhere)"'], readers: ['worker'],
    }).join('\n').replaceAll(/(?<![\w.])\/(opt|etc)\//g, `${root}/$1/`);
    const { status, stderr } = spawnSync('/bin/sh', ['-c', script], { encoding: 'utf8', env: { PATH: `${bin}:${process.env.PATH}`, TMPDIR: root } });
    const calls = existsSync(path.join(root, 'calls')) ? readFileSync(path.join(root, 'calls'), 'utf8').trim().split('\n') : [];
    return { status, stderr, root, calls };
  }

  test('puts program, configuration and unit in their places, and starts the service', () => {
    const { status, stderr, root, calls } = installed(createHash('sha256').update('the agent').digest('hex'));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const at = (file: string) => readFileSync(path.join(root, file), 'utf8');
    expect(at('opt/aws/secretsmanageragent/bin/aws_secretsmanager_agent')).toBe('the agent');
    expect(at('opt/aws/secretsmanageragent/config.toml')).toBe('ttl_seconds = 60\nregion = "$(touch /nowhere)"\n');
    expect(at('etc/systemd/system/awssmastartup.service')).toMatch(/^\[Unit\][\s\S]*ExecStart=.*\/config.toml\n[\s\S]*\[Install\]/);
    expect(calls).toContain('usermod -a -G awssmatokenreader worker');
    expect(calls.at(-1)).toBe('systemctl restart awssmastartup.service');
  });

  test('changes nothing when the program is another one', () => {
    const { status, stderr, root, calls } = installed(SHA_256);
    expect(status).not.toBe(0);
    expect(stderr).toContain('the program of the agent has another checksum');
    expect(existsSync(path.join(root, 'opt'))).toBe(false);
    expect(calls.map(call => call.split(' ')[0])).toEqual(['aws']);
  });

  test('makes a token that only root and the readers can read', () => {
    const unit = installationScript({ programUrl: 's3://a/b', sha256: SHA_256, region: 'eu-west-1', configuration: [], readers: [] }).join('\n');
    const [, command] = /^ExecStartPre=\+\/bin\/sh -c '(.*)'$/m.exec(unit)!;
    const file = path.join(folder, 'token');
    const group = execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim();
    const make = () => execFileSync('/bin/sh', ['-c', command.replaceAll('/var/run/awssmatoken', file).replaceAll('awssmatokenreader', group)]);
    make();
    expect(statSync(file).mode.toString(8)).toMatch(/640$/);
    expect(command).toContain('chgrp awssmatokenreader /var/run/awssmatoken');
    const first = readFileSync(file, 'utf8');
    make();
    expect(first).toMatch(/^[0-9a-f]{64}\n$/);
    expect(readFileSync(file, 'utf8')).not.toBe(first);
  });
});

describe('bad input', () => {
  const cases: [string, (stack: Stack) => Partial<InstanceConsumerProps>, RegExp][] = [
    ['no secret', () => ({ secrets: [] }), /`secrets` must hold a secret, got none/],
    ['a secret twice', stack => { const key = apiKey(stack); return { secrets: [key, key] }; }, /`secrets` must hold each secret once/],
    ['a time to live that is too long', stack => ({ agent: agent(stack, { timeToLive: Duration.seconds(3601) }) }), /`timeToLive` must be .* from 0 to 3600/],
    ['no cache', stack => ({ agent: agent(stack, { cacheSize: 0 }) }), /`cacheSize` must be a whole number from 1 to 1000/],
    ['a port of root', stack => ({ agent: agent(stack, { httpPort: 1023 }) }), /`httpPort` must be a whole number from 1024 to 65535/],
    ['too many connections', stack => ({ agent: agent(stack, { maxConnections: 1001 }) }), /`maxConnections` must be/],
    ['a file with credentials by a relative path', stack => ({ agent: agent(stack, { credentialsFilePath: 'credentials' }) }), /`credentialsFilePath` must be an absolute path/],
    ['a file name with a quotation mark', stack => ({ agent: agent(stack, { credentialsFilePath: '/a"\nregion = "x' }) }), /`credentialsFilePath` must be/],
    ['a checksum that is none', stack => ({ agent: SecretsManagerAgent.fromBucket(programsIn(stack), KEY, 'sha256:abc') }), /`sha256` must be a SHA-256 checksum/],
    ['a key that ends the command', stack => ({ agent: SecretsManagerAgent.fromBucket(programsIn(stack), 'a\'; reboot #', SHA_256) }), /`key` must be the key of an object/],
    ['a program that is not there', () => ({ agent: SecretsManagerAgent.fromFile('/nowhere/agent') }), /`agent` must be a file, .* got "\/nowhere\/agent"/],
    ['a reader that ends the command', () => ({ readers: ['app\'; reboot #'] }), /`readers` must be names of accounts/],
    ['no machine', () => ({ targets: [] }), /`targets` must name machines/],
    ['Windows', () => ({ userData: ec2.UserData.forWindows() }), /`userData` must be that of Linux/],
    ['a role without a policy of its own', () => ({ grantee: { grantPrincipal: new iam.AccountPrincipal('111122223333') } }), /`grantRead` must have a grantee/],
    ['a cache longer than the overlap', stack => ({ secrets: [database(stack)], maxAge: Duration.hours(4) }), /`maxAge` must be shorter than the time between two rotations/],
  ];

  test.each(cases)('%s', (_, propsOf, expected) => {
    const stack = payments();
    const machine = role(stack, 'Machine');
    const props = { grantee: machine, agent: agent(stack), ...propsOf(stack) };
    const secrets = props.secrets ?? [apiKey(stack)];
    const before = stack.node.findAll().length;
    let error = '';
    try { new InstanceConsumer(stack, 'Consumer', { ...props, secrets }); } catch (thrown) { error = (thrown as Error).message; }
    expect(error).toMatch(expected);
    expect(stack.node.findAll()).toHaveLength(before);
  });
});
