import { chownSync, readdirSync, readFileSync, statSync } from 'fs';
import { dirname, join } from 'path';

export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/** Whom to run a server as: PostgreSQL, MariaDB and MySQL refuse to run as root. Everybody else runs them as himself. */
export function unprivileged(): Account {
  if (process.getuid?.() !== 0) return {};
  const nobody = readFileSync('/etc/passwd', 'utf8').split('\n').find((line) => line.startsWith('nobody:'));
  if (!nobody) throw new Error('the servers of the tests do not run as root, and there is no user `nobody` to run them as');
  const [, , uid, gid] = nobody.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

/** Hands a folder and everything in it to that account. */
export function giveTo({ uid, gid }: Account, path: string): void {
  if (uid === undefined || gid === undefined) return;
  chownSync(path, uid, gid);
  if (!statSync(path).isDirectory()) return;
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (!entry.isSymbolicLink()) giveTo({ uid, gid }, join(path, entry.name));
  }
}

const OTHERS_MAY_ENTER = '1357';

/** Whether another account can get at what is in the folder: a checkout in root's home is closed to it. */
export function openToOthers(folder: string): boolean {
  const mode = (statSync(folder).mode % 8).toString();
  return OTHERS_MAY_ENTER.includes(mode) && (folder === dirname(folder) || openToOthers(dirname(folder)));
}
