/** What a promise is rejected with. */
export async function rejection(work: Promise<unknown>): Promise<Error & { kind?: string; code?: string }> {
  return work.then(() => {
    throw new Error('nothing went wrong');
  }, (reason) => reason);
}
