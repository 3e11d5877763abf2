import type { DeployedRotation } from './deployed-rotation';
import { FunctionEnvironment, memoryMiBOf, timeoutMsOf } from './function-environment';
import { outcomesIn } from './outcomes';
import type { ClientFigures } from './reconnecting-client';
import { expressionOf, nextWindow } from './rotation-window';
import type { StageState } from './stage-states';
import { field, Style } from '../../src/review/reports/layout';
import { ROTATION_ENVIRONMENT } from '../../src/rotation/contract/environment';
import type { Invocation } from '../lambda-runtime/function-process';

/** Why a variable is there that the template does not set. */
const REASONS: Record<string, string> = {
  [ROTATION_ENVIRONMENT.SECRETS_MANAGER_ENDPOINT]: 'a Secrets Manager of this machine, which stands in for the service',
  [ROTATION_ENVIRONMENT.TLS_CA_BUNDLE]: 'the authority that signed the certificate of the server of this rehearsal',
};

/** What the templates deploy. */
export function deploymentLines(deployed: DeployedRotation, now: Date, style: Style): string[] {
  const { secret, others, rotator, asset } = deployed;
  const { Runtime, Handler, ...properties } = rotator.resource.Properties!;
  return [
    '',
    style.heading('Deployed, as synthesized'),
    ...field(2, 'secret', [
      `${secret.name} of stack ${secret.stack.path}`,
      ...secret.replicas.map(({ region }) => `replica in ${region}`),
      ...others.length > 0 ? [`not shown: ${others.join(', ')}`] : [],
    ], style),
    ...field(2, 'function', [
      rotator.path,
      `${asset.name}: ${asset.files.map(({ name, bytes }) => `${name}, ${bytes.toLocaleString('en-US')} bytes`).join('; ')}; handler ${Handler}`,
      `${Runtime} there, Node.js ${process.versions.node} here`,
      `${memoryMiBOf(properties)} MiB, ${timeoutMsOf(properties) / 1000} s for a step: both hold here too`,
    ], style),
    ...field(2, 'schedule', scheduleLines(deployed, now), style),
    ...field(2, 'permission', [
      `secretsmanager.amazonaws.com may invoke the function for account ${secret.account}, and for no other`,
      'what IAM and KMS allow the function is decided in the review, not here',
    ], style),
  ];
}

function scheduleLines({ schedule: { resource: { Properties = {} } } }: DeployedRotation, now: Date): string[] {
  const rules = Properties.RotationRules ?? {};
  const expression = expressionOf(rules);
  if (expression === undefined) return ['none: it is rotated on demand'];
  const window = nextWindow(rules, now);
  const length = rules.Duration === undefined ? '' : `, window of ${rules.Duration}`;
  const meaning = window ? `next window: ${inUtc(window.opens)} to ${inUtc(window.closes)}` : 'its next window cannot be computed here';
  return [`${expression}${length}`, meaning];
}

function inUtc(date: Date): string {
  const day = new Intl.DateTimeFormat('en-US', { weekday: 'long', timeZone: 'UTC' }).format(date);
  return `${day} ${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** What runs here in place of what is deployed. */
export function standLines(deployed: DeployedRotation, environment: FunctionEnvironment, style: Style): string[] {
  const { engine = 'postgres', isEngineGuessed, attachment, template } = deployed;
  const { template: ofTemplate, local, lambda } = environment;
  const kept = Object.keys(ofTemplate).filter(name => !(name in local));
  const ofServer = 'host' in template ? 'host and port of the local server in place of the template\'s' : 'engine, host and port';
  return [
    ...field(2, 'value', [
      'generated for this run by the rules of the template',
      attachment ? `with engine, host, port and ${Object.keys(attachment).join(', ')}, as the target attachment writes them`
        : `with ${ofServer}`,
      ...isEngineGuessed ? [`the database is in no template: its engine is taken to be ${engine}, after its function`] : [],
    ], style),
    ...field(2, 'environment', [
      `of the template: ${kept.join(', ')}`,
      `of Lambda: ${Object.keys(lambda).length}, such as AWS_REGION and AWS_LAMBDA_FUNCTION_NAME, with credentials that are made up`,
      ...Object.keys(local).map(name => `${name in ofTemplate ? 'replaced' : 'added'}: ${name}: ${REASONS[name]}`),
    ], style),
  ];
}

/** One step of a rotation and what it left behind. */
export function stepLines(step: string, invocation: Invocation, stages: readonly StageState[], style: Style): string[] {
  const { milliseconds, written, failure, memoryMiB } = invocation;
  const figures = `${milliseconds} ms${memoryMiB === undefined ? '' : `, ${Math.ceil(memoryMiB)} MiB`}`;
  const end = `${failure === undefined ? '' : `${style.bad('FAILED')} `}${outcomesIn(written).join('; ')}`;
  return [`  ${step.padEnd(13)} ${figures.padEnd(16)} ${end}`.trimEnd(), ...stageLines(stages, style)];
}

/** One line for each label. */
export function stageLines(stages: readonly StageState[], style: Style): string[] {
  return stages.map(({ label, version, username = '', logsIn }) => {
    const state = logsIn === undefined ? 'is empty' : logsIn ? style.good('logs in') : style.bad('is refused');
    return `    ${label.padEnd(12)} ${version}  ${username}${username && ' '}${state}`;
  });
}

/** The same in one line. */
export function stageSentence(stages: readonly StageState[], label: string): string[] {
  return stages.filter(each => each.label === label).map(({ username, logsIn }) => `${label} ${username} ${logsIn ? 'logs in' : 'is refused'}`);
}

export function clientLine({ connections, failures, retried, longestWaitMs, users }: ClientFigures): string {
  const again = retried > 0 ? `, ${retried} let in only after AWSCURRENT was read again, ${longestWaitMs} ms later at most` : '';
  return `${connections} logins as ${users.join(' and ') || 'nobody'}, ${failures.length} failed${again}`;
}
