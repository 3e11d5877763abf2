import { passesKindSuite } from './shared-suite';
import { keysInMemory, passwordsInMemory } from '../../../support/kinds/in-memory';
import { rejection } from '../../../support/rejection';
import { KindWorld } from '../../../support/rotation/kind-world';
import { Turns } from '../../../support/rotation/turns';

passesKindSuite({ title: 'one password in memory', provedOn: undefined, keepsPrevious: false, make: async () => passwordsInMemory(1) }, { runs: 100 });
passesKindSuite({ title: 'two passwords in memory', provedOn: undefined, keepsPrevious: true, make: async () => passwordsInMemory(2) }, { runs: 100 });
passesKindSuite({
  title: 'two keys in memory, of a dedicated owner',
  provedOn: undefined,
  keepsPrevious: true,
  make: async () => keysInMemory({ isDedicated: true, propagationMs: 3_000 }),
}, { runs: 100 });

const SHARED = {
  title: 'two keys in memory, of an owner that others use', provedOn: undefined, keepsPrevious: true, make: async () => keysInMemory({ isDedicated: false }),
};

test('with a stranger in the other slot a rotation says so, and takes nothing away', async () => {
  const world = await KindWorld.make(SHARED);
  await world.rotateWholly(1);
  const works = await world.owner.stranger!();
  world.secretsManager.advance(3_600_000);
  expect((await rejection(world.rotateWholly(1))).message).toMatch(/no slot is free for a new value, and those that are taken hold values which no version/);
  expect(await works()).toBe(true);
  await world.checkCurrent('with a stranger');
});

test('two runs of a first rotation that both make a key leave one', async () => {
  const owner = keysInMemory({ isDedicated: false });
  const world = await KindWorld.make({ title: 'first', provedOn: undefined, keepsPrevious: true, make: async () => owner });
  world.begin();
  const order = new Turns();
  await order.run([0, 1].map(runner => async () => void await world.invoke('createSecret', { gate: async () => order.gate(runner) })), []);
  expect(owner.count()).toBe(1);
  await world.rotateWholly(1);
});
