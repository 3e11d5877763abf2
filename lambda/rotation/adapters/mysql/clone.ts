import { AccountSettings, accountsOf } from './accounts';
import { LoginProof, markBeforeCreation, markClause, refuseUnproven } from './clone-mark';
import { refuseOtherAccounts, refuseUnrelatedUser, refuseSuperuser } from './clone-refusals';
import type { RunStatement } from './connection';
import { copyGrants } from './grant-copy';
import { identify, unknownPassword } from './identify';
import { alone } from './lock';
import { checkPassword, checkUsername, quoteAccount } from './quoting';
import { isClone, otherOfTwo } from '../../../../src/rotation/contract/usernames';
import { RotationError } from '../../engine/errors';

export interface Clone {
  readonly original: string;
  readonly clone: string;
  readonly password: string;
  /** Who is logged in. */
  readonly superuser: string;
  readonly isMariadb: boolean;
  readonly timeoutMs: number;
  readonly proof: LoginProof;
}

/**
 * Makes the clone of a user, one account for each of the original's, and takes away what the original no longer has: grants
 * as well as accounts.
 *
 * The password comes last, for all accounts in one statement. Until then nobody knows the one that a new account has, so an
 * attempt that died half-way does not pass for one that succeeded. Back from `app_clone` to `app`, only
 * the password is set: `app` is the one that people grant privileges to, and the clone never adds to them or takes from them.
 *
 * A user who is there already is refused without proof that it takes turns with the other. With it, whatever a clone had besides,
 * on the whole server too, is taken from it before the password is set. From the clone back to its original nothing is taken, so a
 * user who was never the base is refused.
 */
export async function cloneUser(run: RunStatement, names: Clone): Promise<void> {
  checkUsername(names.original);
  checkUsername(names.clone);
  checkPassword(names.password);
  if (names.original === names.clone) throw new RotationError('configuration', 'a user cannot be a clone of itself; correct the secret');
  refuseSuperuser(names.clone, names.superuser);
  await alone(run, names.clone, names.timeoutMs, async () => {
    const originals = await accountsOf(run, names.original, names.isMariadb);
    if (originals.length === 0) throw noOriginal();
    const present = await accountsOf(run, names.clone, names.isMariadb);
    const backToOriginal = isClone(names.original) && otherOfTwo(names.original) === names.clone && present.length > 0;
    const hosts = { originals: originals.map(({ host }) => host), present: present.map(({ host }) => host) };
    if (backToOriginal) {
      const users = { current: names.original, base: names.clone, isMariadb: names.isMariadb };
      await refuseUnrelatedUser(run, users, { current: hosts.originals, base: hosts.present });
      await refuseUnproven(run, names, { originals, present }, names.proof);
    } else {
      await refuseOtherAccounts(run, names.clone, { wanted: hosts.originals, known: hosts.present });
      if (present.length > 0) await refuseUnproven(run, names, { originals, present }, names.proof);
      else await markBeforeCreation(run, names);
      await makeAlike(run, names, { originals, present });
    }
    await setPassword(run, names, backToOriginal ? present : originals);
  });
}

function noOriginal(): RotationError {
  return new RotationError('configuration', 'the user to clone does not exist in the database, or logs in without a password; correct '
    + '`username` in the secret');
}

async function makeAlike(
  run: RunStatement, names: Clone, accounts: { originals: AccountSettings[]; present: AccountSettings[] },
): Promise<void> {
  for (const original of accounts.originals) {
    const { host } = original;
    const account = quoteAccount({ user: names.clone, host });
    const present = accounts.present.find((candidate) => candidate.host === host);
    if (!present) await create(run, names, { ...original, account });
    if (present?.clauses !== original.clauses) await run(`ALTER USER ${account} ${original.clauses}`);
    await copyGrants(run, { original: { user: names.original, host }, clone: { user: names.clone, host }, isMariadb: names.isMariadb });
  }
  const hosts = accounts.originals.map(({ host }) => host);
  for (const { host } of accounts.present) {
    // Clients from there would log in as another account than those of the original.
    if (!hosts.includes(host)) await run(`DROP USER IF EXISTS ${quoteAccount({ user: names.clone, host })}`);
  }
}

async function create(run: RunStatement, names: Clone, { account, plugin }: AccountSettings & { account: string }): Promise<void> {
  const [accounts, password] = [[{ account, plugin }], unknownPassword()];
  await identify(run, names.isMariadb, { verb: 'CREATE USER IF NOT EXISTS', accounts, password, mark: markClause(names) });
}

async function setPassword(run: RunStatement, { clone, password, isMariadb }: Clone, accounts: readonly AccountSettings[]): Promise<void> {
  const named = accounts.map(({ host, plugin }) => ({ account: quoteAccount({ user: clone, host }), plugin }));
  await identify(run, isMariadb, { verb: 'ALTER USER', accounts: named, password });
}
