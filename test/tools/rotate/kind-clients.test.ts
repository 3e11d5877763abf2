import { newKey } from '../../../lambda/rotation/kinds/keys/key-making';
import { KeyRing } from '../../../lambda/rotation/kinds/keys/key-ring';
import { exampleNames } from '../../../tools/examples/examples';
import { KIND_CLIENTS } from '../../../tools/rotate/kind-clients';

const key = async () => newKey('ES256', 2048);

test('the verifier takes what was published one rotation before, and nothing that was not', async () => {
  const [one, two, three, unknown] = await Promise.all([key(), key(), key(), key()]);
  const ring = (active: KeyRing['keys'][number], next: KeyRing['keys'][number], ...others: KeyRing['keys'][number][]) =>
    JSON.stringify({ active: active.kid, next: next.kid, retired: {}, keys: [active, next, ...others] });
  const service = await KIND_CLIENTS.signingKey(() => undefined);
  expect(await service.use(ring(one, two))).toBe(true);
  expect(await service.use(ring(two, three, one))).toBe(true);
  expect(await service.use(ring(unknown, three, two))).toBe(false);
});

test('signing keys have an example to watch', () => {
  expect(exampleNames()).toContain('signing-key');
});
