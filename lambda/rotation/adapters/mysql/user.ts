import { createHash } from 'crypto';
import { type AccountSettings, accountsOf, OWNER_MARK } from './accounts';
import { markedClones, markRoleOf } from './clone-mark';
import type { RunStatement } from './connection';
import { DANGLING_GRANT } from './errors';
import { alignGrants } from './grant-copy';
import { identify, unknownPassword } from './identify';
import { alone } from './lock';
import { checkPassword, checkUsername, quoteAccount, quoteIdentifier, quoteLiteral } from './quoting';
import { isOfRoutine, wantedGrants } from './wanted-grants';
import type { GrantDescription } from '../../../../src/rotation/contract/database-user';
import type { OwnedUser } from '../../engine/database-adapter';
import { RotationError } from '../../engine/errors';
import { takenByOthers } from '../../engine/remedies';

/** Where a user is made, and by whom. */
export interface Server {
  readonly run: RunStatement;
  readonly isMariadb: boolean;
  readonly timeoutMs: number;
  readonly superuser: string;
}

/** From anywhere: what lets a client in is the network. */
const HOST = '%';

export async function ensureUser(server: Server, user: OwnedUser, takeOver: boolean): Promise<void> {
  checkUsername(user.username);
  if (user.username === server.superuser) {
    throw new RotationError('configuration', 'the user to create is the superuser itself; give another `username`');
  }
  await alone(server.run, user.username, server.timeoutMs, async () => {
    const accounts = await everyAccountOf(server, user.username);
    if (accounts.some(({ isRole }) => isRole)) {
      throw new RotationError('configuration', 'a role has the name of the user to create; give another `username`');
    }
    if (accounts.length === 0) return create(server, user);
    if (await isOwned(server, user, accounts)) return;
    if (!takeOver) throw takenByOthers();
    if ((await passwordAccounts(server, user.username)).length === 0) throw withoutPassword();
    await mark(server, user, accounts);
  });
}

export async function ownsUser(server: Server, user: OwnedUser): Promise<boolean> {
  const accounts = await everyAccountOf(server, user.username);
  return accounts.length > 0 && user.username !== server.superuser && isOwned(server, user, accounts);
}

/** Of a user, for the whole server. */
export async function setGrants(server: Server, username: string, grants: readonly GrantDescription[]): Promise<void> {
  const { run, isMariadb } = server;
  const wanted = wantedGrants(grants, isMariadb);
  await alone(run, username, server.timeoutMs, async () => {
    for (const { host } of await passwordAccounts(server, username)) {
      const grantee = { account: { user: username, host }, isMariadb, allowsDangling: false, leaves: isOfRoutine };
      await explained(async () => alignGrants(run, grantee, async () => wanted));
    }
    for (const grant of grants) if (grant.on === 'statement') await explained(async () => run(grant.statement));
  });
}

export async function setPassword(server: Server, username: string, password: string): Promise<void> {
  await identifyAll(server, { username, password }, await passwordAccounts(server, username));
}

/**
 * Of one account, such as `app@%`: another host part of the same name can be somebody else, whose password the secret has not shown to
 * know.
 */
export async function setPasswordOf(
  server: Server, { account, ...user }: { username: string; password: string; account?: string },
): Promise<void> {
  checkUsername(user.username);
  const accounts = await passwordAccounts(server, user.username);
  if (account === undefined && accounts.length > 1) throw severalAccounts();
  await identifyAll(server, user, accounts.filter(({ host }) => account === undefined || account === `${user.username}@${host}`));
}

async function identifyAll(
  { run, isMariadb }: Server, { username, password }: { username: string; password: string }, accounts: readonly AccountSettings[],
): Promise<void> {
  checkPassword(password);
  if (accounts.length === 0) throw withoutPassword();
  const named = accounts.map(({ host, plugin }) => ({ account: quoteAccount({ user: username, host }), plugin }));
  await identify(run, isMariadb, { verb: 'ALTER USER', accounts: named, password });
}

export async function dropUser({ run, isMariadb, timeoutMs }: Server, user: OwnedUser): Promise<void> {
  await alone(run, user.username, timeoutMs, async () => {
    const accounts = await run(`SELECT Host AS host FROM mysql.user WHERE User = ${quoteLiteral(user.username)}`);
    const quoted = accounts.map(({ host }) => quoteAccount({ user: user.username, host: String(host) }));
    for (const account of [...await markedClones(run, user.username, isMariadb), ...quoted]) await run(`DROP USER IF EXISTS ${account}`);
    if (isMariadb) await run(`DROP ROLE IF EXISTS ${quoteIdentifier(markRole(user))}, ${quoteIdentifier(markRoleOf(user.username))}`);
  });
}

interface Account {
  readonly host: string;
  readonly mark: string;
  readonly isRole: boolean;
}

/** Those that log in otherwise than with a password, too. */
async function everyAccountOf({ run, isMariadb }: Server, username: string): Promise<Account[]> {
  const columns = isMariadb ? 'u.is_role AS isRole, \'\' AS mark'
    : `'N' AS isRole, u.User_attributes->>'$.metadata."${OWNER_MARK}"' AS mark`;
  const rows = await run(`SELECT u.Host AS host, ${columns} FROM mysql.user u WHERE u.User = ${quoteLiteral(username)} ORDER BY 1`);
  return rows.map((row) => ({ host: String(row.host), mark: String(row.mark ?? ''), isRole: row.isRole === 'Y' }));
}

async function passwordAccounts({ run, isMariadb }: Server, username: string): Promise<AccountSettings[]> {
  return accountsOf(run, username, isMariadb);
}

/** MariaDB gives a user no attributes: there the mark is a role, made before the user, that nobody needs to have. */
async function create({ run, isMariadb }: Server, user: OwnedUser): Promise<void> {
  if (isMariadb) await run(`CREATE ROLE IF NOT EXISTS ${quoteIdentifier(markRole(user))}`);
  const accounts = [{ account: quoteAccount({ user: user.username, host: HOST }), plugin: '' }];
  await identify(run, isMariadb, {
    verb: 'CREATE USER IF NOT EXISTS', accounts, password: unknownPassword(), mark: isMariadb ? '' : ` ${attribute(user)}`,
  });
}

async function mark({ run, isMariadb }: Server, user: OwnedUser, accounts: readonly Account[]): Promise<void> {
  if (isMariadb) await run(`CREATE ROLE IF NOT EXISTS ${quoteIdentifier(markRole(user))}`);
  else for (const { host } of accounts) await run(`ALTER USER ${quoteAccount({ user: user.username, host })} ${attribute(user)}`);
}

async function isOwned({ run, isMariadb }: Server, user: OwnedUser, accounts: readonly Account[]): Promise<boolean> {
  if (!isMariadb) return accounts.every(({ mark: found }) => found === user.owner);
  return (await run(`SELECT 1 FROM mysql.user WHERE is_role = 'Y' AND User = ${quoteLiteral(markRole(user))}`)).length > 0;
}

function attribute({ owner }: OwnedUser): string {
  return `ATTRIBUTE ${quoteLiteral(JSON.stringify({ [OWNER_MARK]: owner }))}`;
}

function markRole({ owner, username }: OwnedUser): string {
  return `${OWNER_MARK}:${createHash('sha256').update(owner).digest('hex').slice(0, 16)}:${username}`;
}

function severalAccounts(): RotationError {
  return new RotationError('configuration', 'the password of the user has expired, and its name has several accounts, so that the function '
    + 'cannot tell which of them is meant; set the password of the account again, or leave the name one account');
}

function withoutPassword(): RotationError {
  return new RotationError('configuration', 'the user is in the database and does not log in with a password; give another `username`, or '
    + 'drop it');
}

const EXPLANATIONS: readonly (readonly [codes: readonly string[], message: string])[] = [
  [['1064'], 'the database does not understand a statement of `DatabaseGrant.statement`; correct it'],
  [['3523', '1959'], 'a role of a grant is not there; create it first, or correct the grant'],
  [DANGLING_GRANT, 'a table of a grant is not there; create it first, or correct the grant'],
];

async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof RotationError ? error.code ?? '' : '';
    const known = EXPLANATIONS.find(([codes]) => codes.includes(code));
    throw known ? new RotationError('configuration', known[1], code) : error;
  }
}
