import { setTimeout as sleep } from 'timers/promises';
import { DeployedRotation, deployedRotation } from './deployed-rotation';
import type { ServerAddress } from './given-server';
import { Close, LocalStand } from './local-stand';
import { ClientFigures, directRead, ReconnectingClient } from './reconnecting-client';
import { clientLine, deploymentLines, stageLines, stageSentence, standLines, stepLines } from './report';
import { rotateKind } from './rotate-kind';
import { rehearsalServer } from './servers-at-hand';
import type { StageState } from './stage-states';
import { field, Style } from '../../src/review/reports/layout';
import { ROTATION_ENVIRONMENT } from '../../src/rotation/contract/environment';
import { OVERLAPS, type RotationStrategyName } from '../../src/rotation/contract/strategies';

/** Between two rotations, so that the client meets the state in between. */
const REST_MS = 250;
/** Longer than a rotation of a single user may take here, but for the pauses. */
const PATIENCE_MS = 5_000;
const STEPS = 4;

export interface RotateOptions {
  /**
   * Shows every step with the labels that it leaves behind, and how this machine stands in for AWS.
   *
   * @default false - a summary
   */
  readonly steps?: boolean;
  /** The name of the secret, where the app rotates several. @default - the first, of the stage `prod` if there is one */
  readonly secret?: string;
  /** An empty server of one's own. @default - a PostgreSQL server that is started for it */
  readonly server?: ServerAddress;
  /** @default - one for a single user, two for alternating users */
  readonly rotations?: number;
  /** After each step. @default 0 */
  readonly pauseMs?: number;
  /** Shows what the function logs. @default false */
  readonly logs?: boolean;
}

/** Where the program writes to, and what it is to end. */
export interface Output {
  readonly say: (lines: readonly string[]) => void;
  readonly style: Style;
  /** Remembers what to end. */
  readonly closing: (close: Close) => void;
}

/** Rotates the secret of a cloud assembly on this machine and shows it; throws where it does not go as it must. */
export async function rotate(assembly: string, options: RotateOptions, { say, style, closing }: Output): Promise<string> {
  const deployed = deployedRotation(assembly, options.secret);
  if (ROTATION_ENVIRONMENT.CREDENTIAL_KIND in deployed.rotator.environment) return rotateKind(deployed, options, { say, style, closing });
  const server = rehearsalServer(deployed, options.server);
  say(deploymentLines(deployed, new Date(), style));
  say(['', style.heading('On this machine'), ...field(2, 'server', [server.announcement], style)]);
  const started = Date.now();
  const running = await server.open(closing);
  say([...field(2, '', [`${running.title} answers after ${((Date.now() - started) / 1000).toFixed(1)} s, over TLS`], style)]);
  const stand = await LocalStand.open(deployed, running, closing);
  if (options.steps) say(standLines(deployed, stand.environment, style));
  const sayWithheld = (lines: readonly string[]) => say(lines.map(line => withheld(line, stand.passwords())));
  return new LocalRotations(deployed, stand, options, { say: sayWithheld, style, closing }).run();
}

/** Who reads AWSCURRENT logs in, at every instant or after reading it again. */
function requireService({ connections, failures }: ClientFigures): void {
  if (connections > 0 && failures.length === 0) return;
  throw new Error(`the client was let in ${connections} times and failed with ${[...new Set(failures)].join(', ') || 'nothing'}; `
    + 'correct what the function does between its steps, and run this again');
}

/** Whatever a function of somebody else may say, no password is shown. */
function withheld(text: string, passwords: readonly string[]): string {
  return passwords.reduce((shown, password) => shown.replaceAll(password, '<withheld>'), text);
}

/** The rotations of one secret, while a client logs in. */
class LocalRotations {
  /** A client that has read AWSCURRENT is refused until it reads it again. */
  private readonly hasNoOverlap: boolean;
  private readonly total: number;
  private readonly users: string[] = [];

  constructor(
    private readonly deployed: DeployedRotation,
    private readonly stand: LocalStand,
    private readonly options: RotateOptions,
    private readonly output: Output,
  ) {
    const strategy = deployed.rotator.environment[ROTATION_ENVIRONMENT.ROTATION_STRATEGY] ?? 'singleUser';
    this.hasNoOverlap = OVERLAPS[strategy as RotationStrategyName] === 'none';
    this.total = options.rotations ?? (strategy === 'alternatingUsers' ? 2 : 1);
  }

  public async run(): Promise<string> {
    const { stand, options: { steps, pauseMs = 0 }, output: { say, style, closing } } = this;
    const { secretArn, server, client: secretsManager } = stand;
    await this.makeUser();
    const patienceMs = this.hasNoOverlap ? PATIENCE_MS + STEPS * pauseMs : 0;
    const client = new ReconnectingClient({ source: directRead(secretsManager, secretArn), server, patienceMs });
    closing(async () => void await client.stop());
    say(['', style.heading('Before'), ...stageLines(await this.stages(), style)]);
    await this.checkSchedule();
    const summaries = [stageSentence(await this.stages(), 'AWSCURRENT').map(text => `before: ${text}`)];
    for (let rotation = 1; rotation <= this.total; rotation++) summaries.push(await this.rotate(rotation));
    const figures = await client.stop();
    say(['', style.heading('Logins'), ...field(2, 'rotated user', steps ? summaries.flat() : [], style), ...field(2, 'a client', [
      'read AWSCURRENT and logged in anew ten times a second, all the while:', clientLine(figures),
    ], style)]);
    requireService(figures);
    this.refuseLeaks();
    return `Rotated ${timesOf(this.total)}, ${this.users.join(' -> ')}: ${figures.connections} logins, none failed.`;
  }

  /** What CloudFormation does, before it creates the schedule and whatever refers to the secret. */
  private async makeUser(): Promise<void> {
    const request = this.stand.userRequest();
    if (request === undefined) return;
    const { say, style } = this.output;
    say(['', style.heading('CloudFormation makes the user, by the same function')]);
    const invocation = await this.stand.rotator.invoke(request);
    say(stepLines(String(request.RequestType), invocation, [], style));
    if (invocation.failure) throw new Error(`The user was not made: ${withheld(invocation.failure, this.stand.passwords())}`);
  }

  /** What Secrets Manager does when the schedule is created. */
  private async checkSchedule(): Promise<void> {
    if (this.deployed.schedule.resource.Properties!.RotateImmediatelyOnUpdate !== false) return;
    this.output.say(['', this.output.style.heading('The schedule is created: testSecret alone, because RotateImmediatelyOnUpdate is false')]);
    await this.invokeSteps('The check of the schedule', false);
  }

  /** One whole rotation; what its end means for whoever logs in. */
  private async rotate(rotation: number): Promise<string[]> {
    const { say, style } = this.output;
    await sleep(REST_MS);
    say(['', style.heading(`Rotation ${rotation} of ${this.total}: ${this.occasion(rotation)}`)]);
    await this.invokeSteps(`Rotation ${rotation}`, true);
    const stages = await this.stages();
    say(['  and after it', ...stageLines(stages, style)]);
    this.requireLogins(stages);
    await sleep(REST_MS);
    return ['AWSCURRENT', 'AWSPREVIOUS'].flatMap(label => stageSentence(stages, label)).map(text => `after rotation ${rotation}: ${text}`);
  }

  private occasion(rotation: number): string {
    const isImmediate = this.deployed.schedule.resource.Properties!.RotateImmediatelyOnUpdate !== false;
    return rotation === 1 && isImmediate ? 'at once, because RotateImmediatelyOnUpdate is not false' : 'as in a window of the schedule';
  }

  /** Has Secrets Manager do what it does, once: it would repeat what failed, and get the same. */
  private async invokeSteps(what: string, immediately: boolean): Promise<void> {
    let failure: string | undefined;
    await this.stand.rotate(this.deployed.rotator.arn, async event => {
      failure ??= await this.invokeStep(what, event);
      if (failure !== undefined) throw new Error(failure);
    }, immediately);
    if (failure !== undefined) throw new Error(failure);
  }

  /** What it failed with, or nothing. */
  private async invokeStep(what: string, event: Record<string, unknown>): Promise<string | undefined> {
    const { stand, options: { steps, logs, pauseMs = 0 }, output: { say, style } } = this;
    const invocation = await stand.rotator.invoke(event);
    say(stepLines(String(event.Step), invocation, steps ? await stand.stages() : [], style));
    if (logs) say(invocation.written.trimEnd().split('\n').map(line => `    ${line}`));
    await sleep(pauseMs);
    return invocation.failure && `${what} failed at ${event.Step}: ${withheld(invocation.failure, stand.passwords())}`;
  }

  private async stages(): Promise<StageState[]> {
    const stages = await this.stand.stages();
    const user = stages.find(({ label }) => label === 'AWSCURRENT')?.username;
    if (user !== undefined && user !== this.users.at(-1)) this.users.push(user);
    return stages;
  }

  private requireLogins(stages: readonly StageState[]): void {
    const needed = this.hasNoOverlap ? ['AWSCURRENT'] : ['AWSCURRENT', 'AWSPREVIOUS'];
    const refused = needed.filter(label => !stages.some(stage => stage.label === label && stage.logsIn));
    if (refused.length > 0) throw new Error(`then the server refuses ${refused.join(' and ')}; correct what the function sets and stores`);
  }

  private refuseLeaks(): void {
    const { server, rotator } = this.stand;
    const written = `${server.log()}${rotator.written}`;
    const leaked = this.stand.passwords().filter(password => written.includes(password)).length;
    if (leaked > 0) throw new Error(`${leaked} passwords are in what the function or the server wrote; log no value`);
  }
}

function timesOf(count: number): string {
  return ['', 'once', 'twice'].at(count) ?? `${count} times`;
}
