import type { RunStatement } from './connection';
import { isPartOfAll, without } from './grant-changes';
import { grantsOf } from './grant-copy';
import type { Grant } from './grants';
import { quoteLiteral } from './quoting';
import { RotationError } from '../../engine/errors';

/** From the clone back to its original: the current user, `app_clone`, and the one that is to be the next, `app`. */
export interface CloneAndOriginal {
  readonly current: string;
  readonly base: string;
  readonly isMariadb: boolean;
}

/** Both users' accounts that log in with a password, by host. */
export interface HostsOfBoth {
  readonly current: readonly string[];
  readonly base: readonly string[];
}

/** What gives power over the whole server, or over users: roles and proxies may hold anything. */
const POWERFUL_OBJECTS = ['*.*', '`mysql`.', '`%`.'];

/**
 * A name that ends in `_clone` may be a coincidence, and the user without it somebody else, or an administrator. A clone
 * was made with the grants of its base, so a base has them all. It may have been granted more on objects since, as people do;
 * but not all that it has, and nothing that would make whoever reads the secret more powerful than the current user.
 */
export async function refuseUnrelatedUser(run: RunStatement, names: CloneAndOriginal, hosts: HostsOfBoth): Promise<void> {
  if (!hosts.base.some((host) => hosts.current.includes(host))) throw unrelatedUser();
  for (const host of hosts.base) {
    const hasCounterpart = hosts.current.includes(host);
    const base = await grantsToCompare(run, names, { user: names.base, host });
    const current = hasCounterpart ? await grantsToCompare(run, names, { user: names.current, host }) : [];
    const lost = without(current, base).filter((grant) => !isPartOfAll(grant, base));
    const gained = without(base, current);
    const sharesNothing = hasCounterpart && current.length === 0 && base.length > 0;
    if (sharesNothing || lost.length > 0 || gained.some(isPowerful)) throw unrelatedUser();
  }
}

/** An account that logs in otherwise, such as by its socket or by IAM, or a role: it was not made here, and must stay what it is. */
export async function refuseOtherAccounts(
  run: RunStatement,
  clone: string,
  hosts: { readonly wanted: readonly string[]; readonly known: readonly string[] },
): Promise<void> {
  const rows = await run(`SELECT Host AS host FROM mysql.user WHERE User = ${quoteLiteral(clone)}`);
  const others = rows.map(({ host }) => String(host)).filter((host) => !hosts.known.includes(host));
  if (others.some((host) => hosts.wanted.includes(host))) {
    throw new RotationError(
      'configuration',
      'the other of the two alternating users exists already and does not log in with a password; rename or drop it, or put another user '
        + 'name into the secret',
    );
  }
}

/** Whatever the superuser is called, the rotation of another user never changes its password. */
export function refuseSuperuser(clone: string, superuser: string): void {
  if (clone === superuser) {
    throw new RotationError(
      'configuration',
      'the other of the two alternating users is the superuser itself; put another user name into the secret, or name another '
        + 'superuser secret',
    );
  }
}

async function grantsToCompare(
  run: RunStatement, { isMariadb }: CloneAndOriginal, account: { user: string; host: string },
): Promise<Grant[]> {
  return (await grantsOf(run, account, isMariadb)).filter(({ kind }) => kind !== 'defaultRole');
}

function isPowerful(grant: Grant): boolean {
  return grant.kind !== 'privilege' || POWERFUL_OBJECTS.some((object) => grant.on.startsWith(object));
}

function unrelatedUser(): RotationError {
  return new RotationError(
    'configuration',
    'the user whose name is that of the current user without `_clone` does not look like its original: their grants differ; '
      + 'compare what SHOW GRANTS lists for both. If they belong together, give both the same grants, or take from both; if not, put '
      + 'another user name into the secret',
  );
}
