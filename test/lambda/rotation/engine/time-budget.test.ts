import { TimeBudget } from '../../../../lambda/rotation/engine/time-budget';

test.each([[30_000, 10_000], [10_500, 5_000], [3_000, 1_250], [700, 100]])('of %i ms an attempt gets %i', (remaining, attempt) => {
  expect(new TimeBudget(() => remaining).attempt('trying')).toBe(attempt);
});

test.each([699, 500, 0, -5])('with %i ms left nothing begins', (remaining) => {
  expect(() => new TimeBudget(() => remaining).attempt('trying')).toThrow('the time of the function is over before trying');
});

test('what takes too long ends with the name of what it was doing, and begins nothing more', async () => {
  const budget = new TimeBudget(() => 750);
  await expect(budget.spend(async () => {
    budget.enter('waiting');
    return new Promise(() => undefined);
  })).rejects.toMatchObject({ kind: 'transient', message: expect.stringContaining('while waiting') });
  expect(() => budget.enter('going on')).toThrow('before going on');
});

test('what is done in time answers, and leaves no timer behind', async () => {
  jest.useFakeTimers();
  await expect(new TimeBudget(() => 30_000).spend(async () => 'done')).resolves.toBe('done');
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});
