import * as fc from 'fast-check';
import type { World } from './model-world';
import { Turns } from './turns';
import { ROTATION_STEPS, RotationStep } from '../../../lambda/rotation/engine/rotation-event';
import { RotationMemory } from '../../../lambda/rotation/engine/rotation-memory';
import { OVERLAPS, type RotationStrategyName } from '../../../src/rotation/contract/strategies';
import { newPassword } from '../../../tools/servers/new-password';

/** One thing that happens to a rotation. */
export type Command =
  | { readonly kind: 'step'; readonly step: RotationStep }
  | { readonly kind: 'crash'; readonly step: RotationStep; readonly at: number }
  | { readonly kind: 'outOfTime'; readonly step: RotationStep; readonly at: number }
  | { readonly kind: 'overlap'; readonly steps: readonly [RotationStep, RotationStep]; readonly turns: readonly boolean[]; readonly crashAt?: number }
  | { readonly kind: 'lateStep'; readonly step: RotationStep }
  | { readonly kind: 'wholeRotation' }
  | { readonly kind: 'begin' }
  | { readonly kind: 'giveUp' }
  | { readonly kind: 'databaseChange'; readonly stage: 'AWSCURRENT' | 'AWSPREVIOUS' | 'AWSPENDING' }
  | { readonly kind: 'secretEdit' }
  | { readonly kind: 'lag'; readonly ms: number }
  | { readonly kind: 'timeJump'; readonly hours: number };

/** No step of the engine has more fault points. */
const MAX_POINTS = 24;

export function commandsFor(strategy: RotationStrategyName, maxLength: number): fc.Arbitrary<Command[]> {
  const anyStep = fc.constantFrom(...ROTATION_STEPS);
  const at = fc.nat(MAX_POINTS);
  const turns = fc.array(fc.boolean(), { maxLength: 2 * MAX_POINTS });
  const happenings: fc.Arbitrary<Command>[] = [
    fc.record({ kind: fc.constant('step' as const), step: anyStep }),
    fc.record({ kind: fc.constant('crash' as const), step: anyStep, at }),
    fc.record({ kind: fc.constant('outOfTime' as const), step: anyStep, at }),
    fc.record({ kind: fc.constant('overlap' as const), steps: fc.tuple(anyStep, anyStep), turns, crashAt: fc.option(at, { nil: undefined }) }),
    fc.record({ kind: fc.constant('lateStep' as const), step: anyStep }),
    fc.constant({ kind: 'wholeRotation' }),
    fc.constant({ kind: 'begin' }),
    fc.record({ kind: fc.constant('databaseChange' as const), stage: fc.constantFrom('AWSCURRENT' as const, 'AWSPREVIOUS' as const, 'AWSPENDING' as const) }),
    fc.constant({ kind: 'secretEdit' }),
    fc.record({ kind: fc.constant('lag' as const), ms: fc.constantFrom(0, 50, 900) }),
    fc.record({ kind: fc.constant('timeJump' as const), hours: fc.nat(48) }),
  ];
  // Whoever gives up a rotation of a user with one password after setSecret throws the only password away; Secrets Manager does not.
  if (OVERLAPS[strategy] !== 'none') happenings.push(fc.constant({ kind: 'giveUp' }));
  return fc.array(fc.oneof(...happenings), { minLength: 1, maxLength });
}

export async function happen(world: World, command: Command): Promise<void> {
  switch (command.kind) {
    case 'step': return step(world, command.step);
    case 'crash': return step(world, command.step, { crashAt: command.at });
    case 'outOfTime': return step(world, command.step, { outOfTimeAt: command.at });
    case 'overlap': return overlap(world, command);
    case 'lateStep': return lateStep(world, command.step);
    case 'wholeRotation': return world.rotateWholly(4);
    case 'begin': return world.begin();
    case 'giveUp': return giveUp(world);
    case 'databaseChange': return OVERLAPS[world.options.strategy] === 'none' ? restore(world, command.stage) : spoilOther(world);
    case 'secretEdit': return editSecret(world);
    case 'lag':
      world.secretsManager.lagMs = command.ms;
      return;
    case 'timeJump': return world.secretsManager.advance(command.hours * 3_600_000);
  }
}

/** Any step in any order, as people call them. */
async function step(world: World, name: RotationStep, invocation = {}): Promise<void> {
  if (world.token === '') return;
  await world.invoke(name, invocation);
}

async function overlap(world: World, { steps, turns, crashAt }: Extract<Command, { kind: 'overlap' }>): Promise<void> {
  const allowed = steps.filter(() => world.token !== '');
  const order = new Turns();
  await order.run(allowed.map((name, runner) => async () => {
    await world.invoke(name, { gate: async () => order.gate(runner), crashAt: runner === 1 ? crashAt : undefined });
  }), turns);
}

/** A call that arrives when its rotation is long over changes nothing. */
async function lateStep(world: World, name: RotationStep): Promise<void> {
  const over = world.secret().versions.find(({ id, stages }) => id !== world.token && stages.includes('AWSPREVIOUS'));
  if (!over) return;
  const before = JSON.stringify(world.secret());
  const ending = await world.invoke(name, { token: over.id });
  if (ending !== 'failed' && world.secretsManager.lagMs === 0) throw new Error('a step of a rotation that is over succeeded');
  if (JSON.stringify(world.secret()) !== before) throw new Error('a step of a rotation that is over changed the secret');
}

async function giveUp(world: World): Promise<void> {
  if (world.rotating()) world.move('AWSPENDING');
  world.memory = new RotationMemory();
}

/** A single user's password becomes that of another version, as after a restore from a backup. */
async function restore(world: World, stage: string): Promise<void> {
  const wanted = world.stored(stage);
  if (!wanted) return;
  for (const other of ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS']) {
    const document = world.stored(other);
    const session = document && await world.connect(document);
    if (!session) continue;
    await session.setOwnPassword(wanted.password);
    await session.close();
    world.memory = new RotationMemory();
    return;
  }
}

/** Somebody changes what clients do not use: the other user, or the password beside the current one. */
async function spoilOther(world: World): Promise<void> {
  const { options: { strategy } } = world;
  const current = world.stored('AWSCURRENT')!;
  const session = await (strategy === 'dualPassword' ? world.connect(current) : world.connectSuperuser());
  if (strategy === 'dualPassword') {
    await session!.setOwnPasswordRetainingCurrent(newPassword());
  } else {
    const other = current.username.endsWith('_clone') ? current.username.slice(0, -'_clone'.length) : `${current.username}_clone`;
    await session!.cloneUser(current.username, other, newPassword());
  }
  await session!.close();
  world.memory = new RotationMemory();
}

/** Somebody adds a key to the secret, which makes another version of it current. */
async function editSecret(world: World): Promise<void> {
  const current = world.stored('AWSCURRENT')!;
  if (!await world.logsIn(current)) return;
  const edited = { ...current, edits: `${Number(current.edits ?? 0) + 1}` };
  world.secretsManager.perform('PutSecretValue', { SecretId: world.secretArn, SecretString: JSON.stringify(edited) });
}
