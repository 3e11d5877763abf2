import type { Row, RunStatement } from './connection';
import { quoteLiteral } from './quoting';

/** One account of a user, as far as a clone takes after it. */
export interface AccountSettings {
  readonly host: string;
  readonly plugin: string;
  /** From `REQUIRE` on, as `CREATE USER` and `ALTER USER` take it. */
  readonly clauses: string;
  /** With which other user it takes turns, as clone-mark.ts writes it; MariaDB keeps that elsewhere. */
  readonly mark: string;
}

/** Names the mark of a clone, to the server and to who administers it. */
export const CLONE_MARK = 'cdk-managed-secrets:alternating-users';

/** Names the mark of a user that was made for a secret; a role of MariaDB has its whole name in 128 characters. */
export const OWNER_MARK = 'cdk-managed-secrets:user';

/** How an account can log in with a password that the driver knows to send. An old one may have no plugin. */
const PASSWORD_PLUGINS = ['caching_sha2_password', 'sha256_password', 'mysql_native_password', ''];

const SHARED_COLUMNS = `
  u.Host AS host, u.plugin AS plugin, u.ssl_type AS sslType, CONVERT(u.ssl_cipher USING utf8mb4) AS cipher,
  CONVERT(u.x509_issuer USING utf8mb4) AS issuer, CONVERT(u.x509_subject USING utf8mb4) AS subject,
  u.max_questions AS queries, u.max_updates AS updates, u.max_connections AS connections, u.max_user_connections AS userConnections`;

const MYSQL_ACCOUNTS = `
  SELECT ${SHARED_COLUMNS}, u.password_lifetime AS lifetime,
         u.User_attributes->>'$.Password_locking.failed_login_attempts' AS attempts,
         u.User_attributes->>'$.Password_locking.password_lock_time_days' AS lockDays,
         u.User_attributes->>'$.metadata."${CLONE_MARK}"' AS mark
    FROM mysql.user u WHERE u.User = `;

const MARIADB_ACCOUNTS = `
  SELECT ${SHARED_COLUMNS}, u.max_statement_time AS statementTime, JSON_VALUE(p.Priv, '$.password_lifetime') AS lifetime
    FROM mysql.user u JOIN mysql.global_priv p ON p.Host = u.Host AND p.User = u.User
   WHERE u.is_role = 'N' AND u.User = `;

/** The accounts of a user that log in with a password, one for each host part. */
export async function accountsOf(run: RunStatement, user: string, isMariadb: boolean): Promise<AccountSettings[]> {
  const rows = await run(`${isMariadb ? MARIADB_ACCOUNTS : MYSQL_ACCOUNTS}${quoteLiteral(user)} ORDER BY u.Host`);
  return rows.filter(({ plugin }) => PASSWORD_PLUGINS.includes(textOf(plugin))).map((row) => ({
    host: textOf(row.host),
    plugin: textOf(row.plugin),
    mark: textOf(row.mark),
    clauses: [requirement(row), limits(row, isMariadb), expiry(row), ...(isMariadb ? [] : [lockout(row)])].join(' '),
  }));
}

function requirement(row: Row): string {
  if (row.sslType === 'ANY') return 'REQUIRE SSL';
  if (row.sslType === 'X509') return 'REQUIRE X509';
  const specified = [['CIPHER', row.cipher], ['ISSUER', row.issuer], ['SUBJECT', row.subject]]
    .filter(([, value]) => textOf(value) !== '').map(([name, value]) => `${textOf(name)} ${quoteLiteral(textOf(value))}`);
  return row.sslType === 'SPECIFIED' && specified.length > 0 ? `REQUIRE ${specified.join(' AND ')}` : 'REQUIRE NONE';
}

function limits(row: Row, isMariadb: boolean): string {
  return [
    `WITH MAX_QUERIES_PER_HOUR ${Number(row.queries)}`,
    `MAX_UPDATES_PER_HOUR ${Number(row.updates)}`,
    `MAX_CONNECTIONS_PER_HOUR ${Number(row.connections)}`,
    `MAX_USER_CONNECTIONS ${Number(row.userConnections)}`,
    ...(isMariadb ? [`MAX_STATEMENT_TIME ${Number(row.statementTime)}`] : []),
  ].join(' ');
}

function expiry({ lifetime }: Row): string {
  if (lifetime === null || Number(lifetime) < 0) return 'PASSWORD EXPIRE DEFAULT';
  return Number(lifetime) === 0 ? 'PASSWORD EXPIRE NEVER' : `PASSWORD EXPIRE INTERVAL ${Number(lifetime)} DAY`;
}

function lockout({ attempts, lockDays }: Row): string {
  const days = Number(lockDays ?? 0);
  return `FAILED_LOGIN_ATTEMPTS ${Number(attempts ?? 0)} PASSWORD_LOCK_TIME ${days < 0 ? 'UNBOUNDED' : days}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
