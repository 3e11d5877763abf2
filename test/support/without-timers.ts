/** Does something while no time-out of it ever comes: what waits for one never ends, however fast or slow the machine is. */
export async function withoutTimers<T>(work: () => Promise<T>): Promise<T> {
  const never = jest.spyOn(global, 'setTimeout').mockImplementation((() => undefined) as never);
  try {
    return await work();
  } finally {
    never.mockRestore();
  }
}
