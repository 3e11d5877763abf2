import { type AccountSettings, accountsOf, CLONE_MARK, OWNER_MARK } from './accounts';
import type { RunStatement } from './connection';
import type { Grant } from './grants';
import { quoteAccount, quoteIdentifier, quoteLiteral } from './quoting';
import { otherOfTwo } from '../../../../src/rotation/contract/usernames';
import { RotationError } from '../../engine/errors';

/** Two users that take turns; the base is the one without `_clone`. */
interface Pair {
  readonly original: string;
  readonly clone: string;
  readonly isMariadb: boolean;
}

/** Their accounts that log in with a password. */
interface PairAccounts {
  readonly originals: readonly AccountSettings[];
  readonly present: readonly AccountSettings[];
}

/** Whether the user who is there logs in with a password that the secret holds for it. */
export type LoginProof = () => Promise<boolean>;

/**
 * Goes before the password is replaced of a user who is there already: whatever it is called and may do, it can be somebody else's.
 *
 * A mark shows that a rotation made one of the two users after the other, or that an administrator said so: only who may create users
 * can write it. A login proves as much of a user whom another function made; it is then marked, before that password is gone.
 */
export async function refuseUnproven(run: RunStatement, pair: Pair, accounts: PairAccounts, proof: LoginProof): Promise<void> {
  if (await isMarked(run, pair, accounts)) return;
  if (!await proof()) throw unproven(pair);
  const [user, made] = pair.clone === baseOf(pair) ? [pair.original, accounts.originals] : [pair.clone, accounts.present];
  await run(markStatement(pair, made.map(({ host }) => quoteAccount({ user, host }))));
}

/** MariaDB gives a user no attributes. There the mark is a role that nobody needs to have, made before the user. */
export async function markBeforeCreation(run: RunStatement, pair: Pair): Promise<void> {
  if (pair.isMariadb) await run(markStatement(pair));
}

/** MySQL keeps the mark with the account, and takes it in the statement that creates it. */
export function markClause(pair: Pair): string {
  return pair.isMariadb ? '' : ` ATTRIBUTE ${quoteLiteral(JSON.stringify({ [CLONE_MARK]: baseOf(pair) }))}`;
}

/** Whoever creates a role has it. A superuser's own clone does not need those that are marks. */
export function isMark(grant: Grant): boolean {
  return grant.kind === 'role' && [CLONE_MARK, OWNER_MARK].some((mark) => grant.role.startsWith(`\`${mark}:`));
}

function markStatement(pair: Pair, accounts: readonly string[] = []): string {
  return pair.isMariadb ? `CREATE ROLE IF NOT EXISTS ${quoteIdentifier(markRoleOf(baseOf(pair)))}`
    : `ALTER USER ${accounts.join(', ')}${markClause(pair)}`;
}

async function isMarked(run: RunStatement, pair: Pair, { originals, present }: PairAccounts): Promise<boolean> {
  if (!pair.isMariadb) return [originals, present].some((accounts) => accounts.every(({ mark }) => mark === baseOf(pair)));
  const roles = await run(`SELECT 1 FROM mysql.user WHERE is_role = 'Y' AND User = ${quoteLiteral(markRoleOf(baseOf(pair)))}`);
  return roles.length > 0;
}

/** The accounts, quoted, of the user that a rotation has made after `base`. */
export async function markedClones(run: RunStatement, base: string, isMariadb: boolean): Promise<string[]> {
  const pair = { original: base, clone: otherOfTwo(base), isMariadb };
  const present = await accountsOf(run, pair.clone, isMariadb);
  const isMade = present.length > 0 && await isMarked(run, pair, { originals: present, present });
  return isMade ? present.map(({ host }) => quoteAccount({ user: pair.clone, host })) : [];
}

/** What marks two users of MariaDB. */
export function markRoleOf(base: string): string {
  return `${CLONE_MARK}:${base}`;
}

function baseOf({ original, clone }: Pair): string {
  return original.length < clone.length ? original : clone;
}

/** The names are part of the secret and are not told. */
function unproven({ isMariadb }: Pair): RotationError {
  const statement = markStatement({ original: '<user>', clone: '<user>_clone', isMariadb }, ['\'<user>_clone\'@\'<host>\'']);
  return new RotationError(
    'configuration',
    'the other of the two alternating users exists already, and nothing shows that the two belong together; rename or drop it, or put '
      + 'another user name into the secret. '
      + `To hand it over, run as an administrator${isMariadb ? '' : ', for each host of <user>_clone'}: ${statement}`,
  );
}
