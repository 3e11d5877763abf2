import { setTimeout as sleep } from 'timers/promises';

const TIMEOUT_MS = 30_000;

/** Waits until there is no such process. */
export async function ended(pid: number): Promise<void> {
  const until = Date.now() + TIMEOUT_MS;
  while (isThere(pid)) {
    if (Date.now() > until) throw new Error(`the process ${pid} is still there`);
    await sleep(20);
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
