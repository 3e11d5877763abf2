import { quoteIdentifier, quoteLiteral } from './quoting';
import type { Clone, RunStatement } from './statements';

/** What `ALTER ROLE … SET` keeps, in every database or in one. */
interface SettingsInDatabase {
  readonly database: string | null;
  /** Each as `name=value`. */
  readonly settings: string[];
}

const SETTINGS = `
  SELECT d.datname AS database, s.setconfig AS settings
    FROM pg_catalog.pg_db_role_setting s
    JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
    LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
   WHERE r.rolname = $1 AND (s.setdatabase = 0 OR d.oid IS NOT NULL)
   ORDER BY 1 NULLS FIRST`;

/** The settings whose value is a list of quoted names. The server does not say which they are; pg_dump has the same lists. */
const LISTS_OF_IDENTIFIERS = new Set(['search_path', 'temp_tablespaces']);
const LISTS_OF_FILES = new Set([
  'local_preload_libraries', 'session_preload_libraries', 'shared_preload_libraries', 'unix_socket_directories',
]);

/** The role that a session acts as. */
const ROLE = 'role';

/** Gives the clone the settings of the original, those that it has in single databases included, and no others. */
export async function settingStatements(run: RunStatement, names: Clone): Promise<string[]> {
  const wanted = await run<SettingsInDatabase>(SETTINGS, [names.original]);
  const present = await run<SettingsInDatabase>(SETTINGS, [names.clone]);
  const general = wanted.find(({ database }) => database === null)?.settings ?? [];
  // An original that acts as yet another role does so as a clone, too.
  const actsAs = general.some((setting) => splitSetting(setting).name === ROLE) ? [] : [`${ROLE}=${names.original}`];
  return [
    ...present.map(({ database }) => `${alterRole(names.clone, database)} RESET ALL`),
    ...[...general, ...actsAs].map((setting) => setStatement(names.clone, null, setting)),
    ...wanted.filter(({ database }) => database !== null)
      .flatMap(({ database, settings }) => settings.map((setting) => setStatement(names.clone, database, setting))),
  ];
}

function alterRole(role: string, database: string | null): string {
  return `ALTER ROLE ${quoteIdentifier(role)}${database === null ? '' : ` IN DATABASE ${quoteIdentifier(database)}`}`;
}

/** The value was written by the original, which must not get to write SQL for the superuser: every piece of it is quoted. */
function setStatement(role: string, database: string | null, setting: string): string {
  const { name, value } = splitSetting(setting);
  const values = valuesIn(name.toLowerCase(), value).map(quoteLiteral).join(', ');
  return `${alterRole(role, database)} SET ${name.split('.').map((part) => quoteIdentifier(part)).join('.')} TO ${values}`;
}

function valuesIn(name: string, value: string): string[] {
  if (LISTS_OF_IDENTIFIERS.has(name)) return elementsOf(value, (plain) => plain.toLowerCase());
  return LISTS_OF_FILES.has(name) ? elementsOf(value, (plain) => plain) : [value];
}

function splitSetting(setting: string): { name: string; value: string } {
  const end = setting.indexOf('=');
  return { name: setting.slice(0, end), value: setting.slice(end + 1) };
}

/** The elements of a list such as `"$user", public`: a quoted one with its quotes taken off, a plain one as the server reads it. */
function elementsOf(list: string, readPlain: (plain: string) => string): string[] {
  const elements = [...list.matchAll(/"((?:[^"]|"")*)"|([^\s,"]+)/g)]
    .map(([, quoted, plain]) => quoted === undefined ? readPlain(plain) : quoted.replaceAll('""', '"'));
  return elements.length > 0 ? elements : [''];
}
