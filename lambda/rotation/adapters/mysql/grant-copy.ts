import { isMark } from './clone-mark';
import type { RunStatement } from './connection';
import { DANGLING_GRANT, MISSING_GRANT } from './errors';
import { Change, changes, keyOf, parts } from './grant-changes';
import { Grant, parseGrant } from './grants';
import { Account, quoteAccount, quoteLiteral } from './quoting';
import { RotationError } from '../../engine/errors';

export interface GrantCopy {
  readonly original: Account;
  readonly clone: Account;
  readonly isMariadb: boolean;
}

/** Taking one privilege may take another with it, so what came of the changes is read again; two rounds are enough. */
const MAX_ROUNDS = 4;

/** Gives the clone the grants of the original and takes all others from it. */
export async function copyGrants(run: RunStatement, { original, clone, isMariadb }: GrantCopy): Promise<void> {
  await alignGrants(run, { account: clone, isMariadb, allowsDangling: true }, async () => grantsOf(run, original, isMariadb));
}

export interface Grantee {
  readonly account: Account;
  readonly isMariadb: boolean;
  /** A grant on what is no longer there allows nothing, and cannot be given: then it is left out. */
  readonly allowsDangling: boolean;
  /** What the account keeps, whatever it is to have. */
  readonly leaves?: (grant: Grant) => boolean;
}

/** Gives an account these grants and takes all others from it. */
export async function alignGrants(run: RunStatement, grantee: Grantee, wantedGrants: () => Promise<readonly Grant[]>): Promise<void> {
  const dangling = new Set<string>();
  const account = quoteAccount(grantee.account);
  for (let round = 1; ; round++) {
    const wanted = (await wantedGrants()).filter((grant) => !dangling.has(keyOf(grant)));
    const present = (await grantsOf(run, grantee.account, grantee.isMariadb))
      .filter((grant) => !dangling.has(keyOf(grant)) && !grantee.leaves?.(grant));
    const pending = changes(account, wanted.filter(isNoDefault), present.filter(isNoDefault));
    if (pending.length === 0) return setDefaultRoles(run, grantee, { wanted: defaultRoles(wanted), present: defaultRoles(present) });
    if (round === MAX_ROUNDS) {
      throw new RotationError('configuration', 'the user cannot be given the grants that it is to have; compare them with '
      + 'what SHOW GRANTS lists for it, and, of alternating users, for both');
    }
    for (const change of pending) await apply(run, { change, account, dangling: grantee.allowsDangling ? dangling : undefined });
  }
}

/** What an account has been granted itself, and which of its roles are on from the start. */
export async function grantsOf(run: RunStatement, account: Account, isMariadb: boolean): Promise<Grant[]> {
  const rows = await run(`SHOW GRANTS FOR ${quoteAccount(account)}`);
  const grants = rows.flatMap((row) => parseGrant(String(Object.values(row)[0]))).filter((grant) => !isMark(grant));
  return isMariadb ? grants : [...grants, ...await mysqlDefaultRoles(run, account)];
}

/** MySQL's `SHOW GRANTS` does not tell which roles are on from the start. */
async function mysqlDefaultRoles(run: RunStatement, account: Account): Promise<Grant[]> {
  const rows = await run(`
    SELECT DEFAULT_ROLE_USER AS user, DEFAULT_ROLE_HOST AS host FROM mysql.default_roles
     WHERE USER = ${quoteLiteral(account.user)} AND HOST = ${quoteLiteral(account.host)} ORDER BY 1, 2`);
  return rows.map(({ user, host }) => ({ kind: 'defaultRole', role: quoteAccount({ user: String(user), host: String(host) }) }));
}

function isNoDefault({ kind }: Grant): boolean {
  return kind !== 'defaultRole';
}

function defaultRoles(grants: readonly Grant[]): string {
  return grants.flatMap((grant) => (grant.kind === 'defaultRole' ? [grant.role] : [])).join(', ');
}

async function setDefaultRoles(
  run: RunStatement, { account, isMariadb }: Grantee, roles: { wanted: string; present: string },
): Promise<void> {
  if (roles.wanted === roles.present) return;
  await run(`SET DEFAULT ROLE ${roles.wanted || 'NONE'} ${isMariadb ? 'FOR' : 'TO'} ${quoteAccount(account)}`);
}

interface Application {
  readonly change: Change;
  readonly account: string;
  /** Grants on what is no longer there: they allow nothing, and nobody can grant them. Without, they are an error. */
  readonly dangling?: Set<string>;
}

async function apply(run: RunStatement, { change, account, dangling }: Application): Promise<void> {
  try {
    await run(change.sql);
  } catch (error) {
    const code = error instanceof RotationError ? error.code ?? '' : '';
    if (change.taking && MISSING_GRANT.includes(code)) return;
    if (!dangling || !DANGLING_GRANT.includes(code)) throw explained(error, change);
    if (change.grants.length === 1) dangling.add(keyOf(change.grants[0]));
    else for (const part of parts(change, account)) await apply(run, { change: part, account, dangling });
  }
}

const DENIALS = ['1044', '1045', '1142', '1143', '1227', '1370', '1410', '1698'];

/** Which of the grants it is helps more than that something was denied. */
function explained(error: unknown, { grants }: Change): unknown {
  if (!(error instanceof RotationError) || !DENIALS.includes(error.code ?? '')) return error;
  const names = grants.map((grant) => ('name' in grant ? grant.name : grant.kind));
  return new RotationError(
    'configuration',
    `the superuser may not pass on what the user is to have: ${[...new Set(names)].join(', ')}; grant it to the superuser with the `
      + 'option to grant it to others',
    error.code,
  );
}
