import { randomUUID } from 'crypto';
import type { Ending, FunctionUnderTest } from './function-under-test';
import { ROTATION_STEPS, RotationStep } from '../../lambda/rotation/engine/rotation-event';
import { FakeSecretsManager } from '../secrets-manager/fake-secrets-manager';
import { holderOf, SecretRecord } from '../secrets-manager/secret-record';

const ATTEMPTS = 3;

export interface ContractOptions {
  readonly fake: FakeSecretsManager;
  readonly secretArn: string;
  readonly function: FunctionUnderTest;
  /** Whether a value works where it is used. @default - not known */
  readonly accepts?: (text: string) => Promise<boolean>;
  readonly say: (line: string) => void;
}

/** What a rotation function must do, tried one after the other on one secret, which is rotated on and on. */
export class RotationContract {
  /** What is wrong with the function, in words. */
  public readonly flaws: string[] = [];
  public faultPoints = 0;
  private token = '';
  private readonly stored = new Map<string, string>();
  private written = '';

  constructor(private readonly options: ContractOptions) {}

  public async check(): Promise<void> {
    await this.ask('the test of the schedule, with the present value', async () => this.testOnly());
    if (!await this.ask('a rotation', async () => this.plainRotation())) return;
    await this.ask('each step twice', async () => this.twice());
    for (const step of ROTATION_STEPS.slice(1)) await this.ask(`${step} before its time`, async () => this.beforeItsTime(step));
    await this.ask('steps of a rotation that is over', async () => this.late());
    await this.ask('a death before and after each call to Secrets Manager', async () => this.deaths());
    await this.ask('nothing of a value in what it writes', async () => this.silence());
  }

  private async ask(what: string, work: () => Promise<string | undefined>): Promise<boolean> {
    const flaw = await work();
    if (flaw !== undefined) this.flaws.push(`${what}: ${flaw}`);
    this.options.say(`${flaw === undefined ? 'ok    ' : 'FAILED'} ${what}${flaw === undefined ? '' : `: ${flaw}`}`);
    return flaw === undefined;
  }

  /** With RotateImmediately false, Secrets Manager asks for this step alone. */
  private async testOnly(): Promise<string | undefined> {
    this.begin(this.textOf('AWSCURRENT'));
    const { succeeded } = await this.invoke('testSecret');
    this.giveUp();
    return succeeded ? undefined : 'testSecret fails with the present value';
  }

  private async plainRotation(): Promise<string | undefined> {
    const before = this.textOf('AWSCURRENT');
    this.begin();
    for (const step of ROTATION_STEPS) {
      if (!(await this.invoke(step)).succeeded) return `${step} fails`;
      if (step !== 'finishSecret' && this.textOf('AWSCURRENT') !== before) return `${step} changes AWSCURRENT; finishSecret alone may`;
      if (step === 'createSecret' && this.textOf('AWSPENDING') === undefined) return 'createSecret stores no value with AWSPENDING';
    }
    if (this.versionOf('AWSCURRENT') !== this.token) return 'finishSecret does not move AWSCURRENT to the new version';
    if (this.textOf('AWSCURRENT') === before) return 'the new value is the old one';
    return this.over();
  }

  private async twice(): Promise<string | undefined> {
    this.begin();
    for (const step of ROTATION_STEPS) {
      const first = await this.invoke(step);
      const text = this.textOf(step === 'finishSecret' ? 'AWSCURRENT' : 'AWSPENDING');
      const second = await this.invoke(step);
      if (!first.succeeded || !second.succeeded) return `${step} fails when it comes again`;
      if (this.textOf(step === 'finishSecret' ? 'AWSCURRENT' : 'AWSPENDING') !== text) return `${step} makes another value when it comes again`;
    }
    return this.over();
  }

  private async beforeItsTime(step: RotationStep): Promise<string | undefined> {
    const before = this.versionOf('AWSCURRENT');
    this.begin();
    await this.invoke(step);
    if (this.versionOf('AWSCURRENT') !== before) return 'AWSCURRENT was moved to a version without a value that was tested';
    return this.recover();
  }

  private async late(): Promise<string | undefined> {
    const over = this.versionOf('AWSCURRENT')!;
    this.begin();
    const flaw = await this.recover();
    if (flaw !== undefined) return flaw;
    const before = JSON.stringify(this.secret());
    for (const step of ROTATION_STEPS) await this.invoke(step, over);
    return JSON.stringify(this.secret()) === before ? undefined : 'they change the secret';
  }

  private async deaths(): Promise<string | undefined> {
    for (const step of ROTATION_STEPS) {
      for (let at = 0; ; at++) {
        this.begin();
        for (const earlier of ROTATION_STEPS.slice(0, ROTATION_STEPS.indexOf(step))) await this.invoke(earlier);
        const call = await this.dieAt(step, at);
        const flaw = await this.recover();
        if (flaw !== undefined) return `after a death ${call ?? ''} of ${step}, ${flaw}`;
        if (call === undefined) break;
        this.faultPoints += 1;
      }
    }
    return undefined;
  }

  /** Where it died, or nothing when the step has fewer calls. */
  private async dieAt(step: RotationStep, at: number): Promise<string | undefined> {
    let [point, place]: [number, string | undefined] = [0, undefined];
    this.options.fake.hook = async (when, { operation }) => {
      if (place === undefined && point++ === at) {
        place = `${when} ${operation}`;
        this.options.function.die();
      }
      if (place !== undefined) throw Object.assign(new Error('the function has died'), { name: 'AccessDeniedException' });
    };
    await this.invoke(step);
    this.options.fake.hook = undefined;
    return place;
  }

  private async silence(): Promise<string | undefined> {
    const shown = [...this.stored.values()].filter(text => text.length > 5 && this.written.includes(text));
    return shown.length === 0 ? undefined : 'it writes a value';
  }

  /** All steps, from the beginning after a failure. */
  private async recover(): Promise<string | undefined> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const endings: boolean[] = [];
      for (const step of ROTATION_STEPS) {
        endings.push((await this.invoke(step)).succeeded);
        if (!endings.at(-1)) break;
      }
      if (endings.every(each => each)) return this.versionOf('AWSCURRENT') === this.token ? this.over() : 'AWSCURRENT is not the version of the rotation';
    }
    return `the rotation does not end well in ${ATTEMPTS} attempts`;
  }

  /** What Secrets Manager does when the steps are done; then the value must work. */
  private async over(): Promise<string | undefined> {
    this.giveUp();
    const text = this.textOf('AWSCURRENT')!;
    return await this.options.accepts?.(text) === false ? 'AWSCURRENT does not work' : undefined;
  }

  private begin(text?: string): void {
    this.token = randomUUID();
    const { fake, secretArn } = this.options;
    fake.edit(secretArn, ({ versions }) => {
      for (const version of versions) version.stages = version.stages.filter(stage => stage !== 'AWSPENDING');
      versions.push({ id: this.token, created: fake.now(), stages: ['AWSPENDING'], text });
    });
  }

  private giveUp(): void {
    this.options.fake.edit(this.options.secretArn, ({ versions }) => {
      for (const version of versions) version.stages = version.stages.filter(stage => stage !== 'AWSPENDING');
    });
  }

  private async invoke(Step: RotationStep, ClientRequestToken = this.token): Promise<Ending> {
    const { function: functionUnderTest, secretArn: SecretId } = this.options;
    const ending = await functionUnderTest.invoke({ Step, SecretId, ClientRequestToken });
    this.written += ending.written;
    this.remember();
    return ending;
  }

  /** A value that was stored once must stay. */
  private remember(): void {
    for (const { id, text } of this.secret().versions) {
      if (text === undefined) continue;
      if ((this.stored.get(id) ?? text) !== text) this.flaws.push('a value that was stored was replaced by another one');
      this.stored.set(id, text);
    }
  }

  private secret(): SecretRecord {
    return this.options.fake.secret(this.options.secretArn);
  }

  private textOf(stage: string): string | undefined {
    return holderOf(this.secret(), stage)?.text;
  }

  private versionOf(stage: string): string | undefined {
    return holderOf(this.secret(), stage)?.id;
  }
}
