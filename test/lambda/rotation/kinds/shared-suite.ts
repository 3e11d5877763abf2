import * as fc from 'fast-check';
import { ROTATION_STEPS, RotationStep } from '../../../../lambda/rotation/engine/rotation-event';
import { RotationMemory } from '../../../../lambda/rotation/engine/rotation-memory';
import { isPlaceholder } from '../../../../src/rotation/contract/placeholder';
import { newPassword } from '../../../../tools/servers/new-password';
import { proves } from '../../../support/proofs';
import { KindUnderTest, KindWorld } from '../../../support/rotation/kind-world';
import { Turns } from '../../../support/rotation/turns';
import { runsOf } from '../../../support/whole-run';

export interface SuiteOptions {
  /** Random sequences of events where everything is tried, and a quarter elsewhere. @default 40 */
  readonly runs?: number;
  /** How many rotations go before the one in which the function dies, of each that is tried. @default - none, one and two */
  readonly rotationsBefore?: readonly number[];
  /** Longer than any test of it takes, on a real server. @default 60000 */
  readonly timeoutMs?: number;
}

/** At how many points the function dies in the suite of each kind, at least. A suite without its number cannot run. */
export const FAULT_POINTS: Readonly<Record<string, number>> = {
  'one password in memory': 72,
  'two passwords in memory': 72,
  'two keys in memory, of a dedicated owner': 108,
  'random token': 60,
  'signing key, HS256': 60,
  'SSH key pair': 60,
  'OAuth clients of Entra ID': 84,
  'OAuth clients of Okta': 84,
  'access key of IAM': 78,
  'SMTP password of Amazon SES': 78,
  'user of ElastiCache': 72,
  'user of Valkey': 84,
  'two users of RabbitMQ': 84,
  'user of Active Directory, by itself': 24,
  'user of Active Directory, by an administrator': 28,
  'user of OpenLDAP, by itself': 72,
  'user of OpenLDAP, by an administrator': 84,
};

/** How often a client uses AWSCURRENT beside rotations, at least. */
const LEAST_USES = 40;

/** No rotation may call Secrets Manager more often, when one process does its steps. */
const MOST_CALLS = 10;

/** The suite that every kind passes: whatever happens to the steps, AWSCURRENT works, and nothing of anybody else is taken away. */
export function passesKindSuite(kind: KindUnderTest, options: SuiteOptions = {}): void {
  const { runs = 40, rotationsBefore = [0, 1, 2], timeoutMs = 60_000 } = options;
  const least = FAULT_POINTS[kind.title];
  if (least === undefined) throw new Error(`FAULT_POINTS must have a number for ${kind.title}`);
  const figures = { faultPoints: 0, uses: 0, refusals: 0, passed: 0 };
  const worlds: KindWorld[] = [];
  const make = async () => {
    const world = await KindWorld.make(kind);
    worlds.push(world);
    return world;
  };
  /** A world whose secret holds a value, not a placeholder. */
  const started = async () => {
    const world = await make();
    await world.rotateWholly(1);
    return world;
  };

  describe(`${kind.title}: the suite of all kinds`, () => {
    const { provedOn } = kind;
    const strategies = [kind.keepsPrevious ? 'the value before stays valid' : 'one value at a time'];
    proves(async () => provedOn && {
      credential: kind.title,
      strategies,
      server: await provedOn(),
      // Counted when the tests have ended, and read then.
      get faultPoints() {
        return figures.faultPoints;
      },
    });
    afterAll(() => {
      for (const world of worlds) {
        figures.uses += world.uses;
        figures.refusals += world.refusals;
        figures.passed += world.faultPoints;
      }
      process.stdout.write(`${kind.title}: died at each of ${figures.faultPoints} fault points, passed ${figures.passed} in all, ${runsOf(runs)} random sequences with them; AWSCURRENT was used `
        + `${figures.uses} times, refused ${figures.refusals}\n`);
    });

    test('two rotations, each with a value that works, that differs, and that was tested', async () => {
      const world = await started();
      const first = world.textOf('AWSCURRENT');
      await world.rotateWholly(1);
      expect(world.textOf('AWSCURRENT')).not.toBe(first);
      expect(world.textOf('AWSPREVIOUS')).toBe(first);
      expect(await world.works('AWSPREVIOUS')).toBe(kind.keepsPrevious);
      world.checkNothingLeaked();
    }, timeoutMs);

    test(`makes at most ${MOST_CALLS} calls to Secrets Manager`, async () => {
      const world = await started();
      const before = world.secretsManager.calls.length;
      await world.rotateWholly(1);
      expect(world.secretsManager.calls.length - before).toBeLessThanOrEqual(MOST_CALLS);
    }, timeoutMs);

    test('the function dies before and after every effect, and the next attempt ends well', async () => {
      for (const before of rotationsBefore) figures.faultPoints += await dieEverywhere(make, before);
      expect(figures.faultPoints).toBeGreaterThanOrEqual(least);
    }, 3 * timeoutMs);

    test('any step comes again, also when all are done', async () => {
      const world = await started();
      world.begin();
      for (const step of ROTATION_STEPS) {
        expect(await world.invoke(step)).toBe('done');
        const text = world.textOf('AWSPENDING');
        world.memory = new RotationMemory();
        expect(await world.invoke(step)).toBe('done');
        expect(world.textOf('AWSPENDING')).toBe(text);
      }
      for (const step of ROTATION_STEPS) expect(await world.invoke(step)).toBe('done');
      await world.checkCurrent('after every step came again');
    }, timeoutMs);

    test('a step of a rotation that is over changes nothing', async () => {
      const world = await started();
      const over = world.token;
      await world.rotateWholly(1);
      const secret = JSON.stringify(world.secret());
      for (const step of ROTATION_STEPS) expect(await world.invoke(step, { token: over })).toBe('failed');
      expect(JSON.stringify(world.secret())).toBe(secret);
      await world.checkCurrent('after late steps');
    }, timeoutMs);

    test.each(ROTATION_STEPS.slice(1))('%s before its time moves nothing', async (step) => {
      const world = await started();
      const current = world.textOf('AWSCURRENT');
      world.begin();
      expect(await world.invoke(step)).toBe('failed');
      expect(world.textOf('AWSCURRENT')).toBe(current);
      await world.rotateWholly(1);
    }, timeoutMs);

    test.each(ROTATION_STEPS)('%s twice at once, in turns of every kind, ends in one value that works', async (step) => {
      for (const turns of TURNS) {
        const world = await started();
        world.begin();
        for (const earlier of ROTATION_STEPS.slice(0, ROTATION_STEPS.indexOf(step))) await world.invoke(earlier);
        const order = new Turns();
        await order.run([0, 1].map(runner => async () => void await world.invoke(step, { gate: async () => order.gate(runner) })), turns);
        world.secretsManager.advance(3_600_000);
        await world.rotateWholly();
      }
    }, 2 * timeoutMs);

    // Whoever gives up a rotation with one slot after setSecret throws the only value away; Secrets Manager does not.
    test('a rotation that was given up while it ran does not harm the next one', async () => {
      if ((await make()).owner.kind.slots === 1) return;
      for (const step of ROTATION_STEPS) for (const turns of TURNS) await twoRotations(await started(), step, turns);
    }, 3 * timeoutMs);

    test('a step that hangs anywhere, and goes on when a later rotation is over, harms nothing', async () => {
      if ((await make()).owner.kind.slots === 1) return;
      for (const step of ROTATION_STEPS) {
        for (let at = 0; await hangs(await started(), step, at); at++);
      }
    }, 3 * timeoutMs);

    test('the value of a stranger stays, whatever the function needs', async () => {
      const world = await started();
      const works = await world.owner.stranger?.();
      if (!works) return;
      world.secretsManager.advance(24 * 3_600_000);
      world.begin();
      const ending = await world.rotateWholly().then(() => 'rotated', () => 'refused');
      expect(await works()).toBe(true);
      await world.checkCurrent(`with the value of a stranger, ${ending}`);
    }, timeoutMs);

    test('a client uses AWSCURRENT all the time, beside five rotations or more', async () => {
      const world = await started();
      let isOver = false;
      const client = (async () => {
        for (; !isOver; await new Promise(resolve => setImmediate(resolve))) await world.use('in the middle of a rotation');
      })();
      try {
        for (let rotation = 0; rotation < 5 || (world.uses <= LEAST_USES && rotation < 50); rotation++) await world.rotateWholly(1);
      } finally {
        isOver = true;
        await client;
      }
      if (world.owner.kind.slots === 2) expect(world.refusals).toBe(0);
      expect(world.uses).toBeGreaterThan(LEAST_USES);
    }, timeoutMs);

    test('random sequences of steps, deaths, overlaps and edits by hand end well', async () => {
      await fc.assert(fc.asyncProperty(EVENTS, async (events) => {
        const world = await make();
        world.begin();
        for (const event of events) await happen(world, event);
        world.secretsManager.lagMs = 0;
        world.secretsManager.advance(3_600_000);
        await world.rotateWholly();
        await world.rotateWholly();
        world.checkNothingLeaked();
      }), { numRuns: runsOf(runs), endOnFailure: true });
    }, 5 * timeoutMs);

    test('a value that is no value is one error, which quotes nothing of it', async () => {
      const world = await started();
      for (const text of wrongTexts(newPassword())) {
        let error: unknown;
        try {
          world.owner.kind.parse(text, 'AWSCURRENT');
        } catch (reason) {
          error = reason;
        }
        if (error === undefined) continue; // A text of any form may be a token.
        expect(error).toMatchObject({ name: 'RotationError', kind: 'configuration', message: expect.stringMatching(/^AWSCURRENT .*; /s) });
        if (text.length > 3) expect((error as Error).message).not.toContain(text);
      }
    }, timeoutMs);

    test('the other side has logged no value', async () => {
      if (!kind.log) return;
      const log = await kind.log();
      expect(log).not.toBe('');
      const leaked = worlds.flatMap(world => world.storedValues()).filter(value => log.includes(value));
      expect(leaked.length).toBe(0);
    }, timeoutMs);
  });
}

/** Who goes first, second, and so on. */
const TURNS: readonly (readonly boolean[])[] = [
  [], [true, true, true, true], [false, false, true, true, true, true, true, true], [true, false, false, false, false, false],
  [false, false, false, true, false, true, true, false],
];

/** Dies at each fault point of the rotation after some others, and rotates on. */
async function dieEverywhere(make: () => Promise<KindWorld>, before: number): Promise<number> {
  let faultPoints = 0;
  for (const step of ROTATION_STEPS) {
    for (let crashAt = 0; ; crashAt++) {
      const world = await make();
      for (let rotation = 0; rotation < before; rotation++) await world.rotateWholly(1);
      world.begin();
      for (const earlier of ROTATION_STEPS.slice(0, ROTATION_STEPS.indexOf(step))) await world.invoke(earlier);
      const ending = await world.invoke(step, { crashAt });
      world.secretsManager.advance(3_600_000);
      await world.rotateWholly(1);
      world.checkNothingLeaked();
      if (ending !== 'crashed') break;
      faultPoints += 1;
    }
  }
  return faultPoints;
}

/** One runner is in a step when a person takes AWSPENDING away and begins another rotation, all of which the other runner does. */
async function twoRotations(world: KindWorld, step: RotationStep, turns: readonly boolean[]): Promise<void> {
  world.begin();
  const first = world.token;
  for (const earlier of ROTATION_STEPS.slice(0, ROTATION_STEPS.indexOf(step))) await world.invoke(earlier);
  const order = new Turns();
  await order.run([
    async () => void await world.invoke(step, { token: first, gate: async () => order.gate(0) }),
    async () => {
      await order.gate(1);
      if (world.rotating()) world.move('AWSPENDING');
      world.memory = new RotationMemory();
      world.begin();
      for (const each of ROTATION_STEPS) await world.invoke(each, { gate: async () => order.gate(1) });
    },
  ], turns);
  world.secretsManager.advance(3_600_000);
  await world.rotateWholly();
}

/** Between these and the look at the secret that goes before them nothing can be seen. */
const AFTER_A_LOOK = ['apply', 'retire', 'UpdateSecretVersionStage', 'PutSecretValue'];

/** Answers whether the step has a place of that number to hang at. */
async function hangs(world: KindWorld, step: RotationStep, at: number): Promise<boolean> {
  world.begin();
  for (const earlier of ROTATION_STEPS.slice(0, ROTATION_STEPS.indexOf(step))) await world.invoke(earlier);
  let [place, isHanging] = [0, false];
  let goOn: () => void = () => undefined;
  let arrived: () => void = () => undefined;
  const arrival = new Promise<void>((resolve) => { arrived = resolve; });
  const stalled = world.invoke(step, {
    gate: async (call) => {
      if (AFTER_A_LOOK.includes(call) || place++ !== at) return;
      isHanging = true;
      arrived();
      await new Promise<void>((resolve) => { goOn = resolve; });
    },
  });
  await Promise.race([arrival, stalled]);
  if (isHanging) {
    world.memory = new RotationMemory();
    world.secretsManager.advance(3_600_000);
    // Its own rotation, and two more, after which its value is no longer taken.
    for (let rotation = 0; rotation < 3; rotation++) await world.rotateWholly();
    world.secretsManager.advance(3_600_000);
    goOn();
  }
  await stalled;
  await world.checkCurrent(`when ${step} had hung at place ${at}`);
  world.secretsManager.advance(3_600_000);
  await world.rotateWholly();
  return isHanging;
}

type Event =
  | { readonly kind: 'step'; readonly step: RotationStep; readonly crashAt?: number; readonly outOfTimeAt?: number }
  | { readonly kind: 'overlap'; readonly steps: readonly [RotationStep, RotationStep]; readonly turns: readonly boolean[]; readonly crashAt?: number }
  | { readonly kind: 'rotation' | 'begin' | 'edit' | 'newProcess' }
  | { readonly kind: 'lag'; readonly ms: number }
  | { readonly kind: 'later'; readonly hours: number };

const anyStep = fc.constantFrom(...ROTATION_STEPS);
const at = fc.option(fc.nat(16), { nil: undefined });

const EVENTS: fc.Arbitrary<Event[]> = fc.array(fc.oneof<fc.Arbitrary<Event>[]>(
  fc.record({ kind: fc.constant('step' as const), step: anyStep, crashAt: at, outOfTimeAt: at }),
  fc.record({ kind: fc.constant('overlap' as const), steps: fc.tuple(anyStep, anyStep), turns: fc.array(fc.boolean(), { maxLength: 32 }), crashAt: at }),
  fc.record({ kind: fc.constantFrom('rotation' as const, 'begin' as const, 'edit' as const, 'newProcess' as const) }),
  fc.record({ kind: fc.constant('lag' as const), ms: fc.constantFrom(0, 50, 900) }),
  fc.record({ kind: fc.constant('later' as const), hours: fc.nat(48) }),
), { minLength: 1, maxLength: 14 });

async function happen(world: KindWorld, event: Event): Promise<void> {
  switch (event.kind) {
    case 'step': return void await world.invoke(event.step, event);
    case 'overlap': {
      const order = new Turns();
      return order.run(event.steps.map((step, runner) => async () => {
        await world.invoke(step, { gate: async () => order.gate(runner), crashAt: runner === 1 ? event.crashAt : undefined });
      }), event.turns);
    }
    case 'rotation':
      world.secretsManager.advance(3_600_000);
      return world.rotateWholly(4);
    case 'begin': return world.begin();
    case 'newProcess':
      world.memory = new RotationMemory();
      return undefined;
    case 'edit': return edit(world);
    case 'lag':
      world.secretsManager.lagMs = event.ms;
      return undefined;
    case 'later': return world.secretsManager.advance(event.hours * 3_600_000);
  }
}

/** Somebody stores the present value once more, which makes another version current. */
function edit(world: KindWorld): void {
  const text = world.textOf('AWSCURRENT')!;
  if (isPlaceholder(text)) return;
  world.secretsManager.perform('PutSecretValue', { SecretId: world.secretArn, SecretString: text });
}

/** Fifteen texts that a secret may hold by mistake; each with something that must not be quoted. */
function wrongTexts(value: string): string[] {
  return [
    '', ' ', 'null', '[]', '42', `"${value}"`, value, `{"value":"${value}"`, '{}', JSON.stringify({ value }), JSON.stringify([value]),
    JSON.stringify({ keys: value }), JSON.stringify({ keys: [{ k: value }] }), JSON.stringify({ username: 7, password: value }), `${value}\0`,
    JSON.stringify({ current: { value }, previous: null }),
  ];
}
