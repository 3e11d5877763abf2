import { type aws_ec2 as ec2, aws_iam as iam, type aws_s3 as s3, aws_ssm as ssm, type Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { InstanceConsumerProps } from './instance-consumer-props';
import { installationScript } from './private/agent-installation';
import { requireSecrets } from './private/consumed-secrets';
import { addWarnings, freshnessWarnings } from './private/freshness';
import { cachedBy, safeTimeToLive } from './private/time-to-live';
import { fail, pathOf } from '../private/errors';
import { withInjected } from '../private/property-injection';
import { requireMade, requireTexts } from '../private/validation';

const GRANTEE = { member: 'grantPrincipal', words: 'an instance, an Auto Scaling group or a role' };
const AGENT = { member: '_validate', words: 'a SecretsManagerAgent, such as SecretsManagerAgent.fromBucket(…)' };
const ACCOUNT_NAMES = { pattern: /^[a-z_][a-z0-9_-]{0,31}$/, words: 'names of accounts such as app or www-data' };

/**
 * Instances of Amazon EC2, or machines elsewhere, that read secrets through the AWS Secrets Manager Agent: permission for each secret and its key, and the
 * agent with a time to live that fits the rotation.
 *
 * The agent answers at `http://localhost:2773/secretsmanager/get?secretId=…`, to whoever has the token in `/var/run/awssmatoken`. With `refreshNow=true` it
 * reads the secret again, which is what an application does when it is refused.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/secrets-manager-agent.html
 *
 * @example
 * new InstanceConsumer(this, 'Worker', {
 *   grantee: instance,
 *   secrets: [credentials],
 *   agent: SecretsManagerAgent.fromBucket(programs, 'aws_secretsmanager_agent', sha256),
 *   userData: instance.userData,
 *   readers: ['worker'],
 * });
 */
export class InstanceConsumer extends Construct {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.InstanceConsumer';

  /** For how long the agent keeps a value. */
  public readonly timeToLive: Duration;

  /** The lines of a shell script that installs the agent, for what builds images or machines elsewhere. */
  public readonly installation: string[];

  constructor(scope: Construct, id: string, props: InstanceConsumerProps) {
    props = withInjected(InstanceConsumer.PROPERTY_INJECTION_ID, scope, id, props);
    const path = pathOf(scope, id);
    const { grantee, secrets, agent, userData, targets, readers = [] } = props;
    requireMade(path, 'grantee', grantee ?? null, GRANTEE);
    requireMade(path, 'agent', agent ?? null, AGENT);
    requireSecrets(path, 'secrets', secrets);
    requireTexts(path, 'readers', readers, ACCOUNT_NAMES);
    agent._validate(path);
    const makeProgram = agent._program(path);
    if (targets?.length === 0) fail(path, '`targets` must name machines, such as { key: \'tag:Role\', values: [\'worker\'] }; leave it out for no association');
    if (userData) requireLinux(path, userData);
    const timeToLive = agent._timeToLive ?? safeTimeToLive(secrets);
    const warnings = freshnessWarnings(path, secrets, cachedBy('these machines', timeToLive, props.maxAge));
    secrets.forEach(secret => secret.grantRead(grantee));
    super(scope, id);
    addWarnings(this, warnings);
    this.timeToLive = timeToLive;
    const { bucket, key, sha256 } = makeProgram(this);
    const { region } = Stack.of(this);
    const programUrl = bucket.s3UrlForObject(key);
    const configuration = agent._configuration(this.timeToLive.toSeconds(), region);
    this.installation = installationScript({ programUrl, sha256, region, configuration, readers });
    letDownload(path, grantee, bucket, key);
    userData?.addCommands('(', ...this.installation, ')');
    if (targets) this._associate(targets);
  }

  /** A document of AWS runs the script: once on each machine, when it is there, and when the script has changed. */
  private _associate(targets: ssm.CfnAssociation.TargetProperty[]): void {
    new ssm.CfnAssociation(this, 'Association', {
      name: 'AWS-RunShellScript',
      targets,
      parameters: { commands: this.installation },
    });
  }
}

/** The one object, and the key of the bucket where there is one. */
function letDownload(path: string, grantee: iam.IGrantable, bucket: s3.IBucket, key: string): void {
  const { success } = iam.Grant.addToPrincipal({ grantee, actions: ['s3:GetObject'], resourceArns: [bucket.arnForObjects(key)] });
  if (!success) fail(path, '`grantee` must have a role whose policy this app can write; give the role of the machines');
  bucket.encryptionKey?.grantDecrypt(grantee);
}

function requireLinux(path: string, userData: ec2.UserData): void {
  if (!userData.render().startsWith('<powershell>')) return;
  fail(path, '`userData` must be that of Linux, because the agent is installed by a shell script; install it on Windows by hand');
}
