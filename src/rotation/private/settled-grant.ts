import { Token } from 'aws-cdk-lib';
import { fail } from '../../private/errors';
import { type GrantDescription, type GrantKind, MARKS_DATABASE, PRIVILEGES } from '../contract/database-user';
import { ENGINES, MONGO_DATABASE, type RotatedEngine } from '../contract/engines';

/** A grant as the app writes it. */
export interface GrantRequest {
  readonly on: GrantKind;
  readonly privileges?: readonly string[];
  readonly database?: string;
  readonly schema?: string;
  readonly names?: readonly string[];
  readonly owner?: string;
  readonly role?: string;
  readonly statement?: string;
}

interface Place {
  readonly engine: RotatedEngine;
  /** Where nothing else is said. */
  readonly database: string | undefined;
}

/** The longest name of an object; in PostgreSQL it is that of a user. */
const OF_MYSQL = { max: 64, unit: 'characters' };

/** Whoever may change what is in there may do everything. */
const SYSTEM_DATABASES: Readonly<Record<string, readonly string[]>> = {
  mysql: ['mysql', 'sys', 'performance_schema', 'information_schema'],
  mariadb: ['mysql', 'sys', 'performance_schema', 'information_schema'],
  mongo: ['admin', 'local', 'config', MARKS_DATABASE],
};

/**
 * Built-in roles of MongoDB by which a user could give itself any other, read what logs others in, or stop the server.
 *
 * @see https://www.mongodb.com/docs/manual/reference/built-in-roles/
 */
const OF_ADMINISTRATORS = [
  'root', '__system', 'dbOwner', 'userAdmin', 'userAdminAnyDatabase', 'clusterAdmin', 'clusterManager', 'hostManager', 'backup', 'restore',
];

/** Would stand in the template, in the log of the server, or both. */
const SETS_PASSWORD = /\b(PASSWORD|IDENTIFIED)\b/i;

/** Fails on what the engine does not have. */
export function settledGrant(path: string, request: GrantRequest, place: Place): GrantDescription {
  const { on, role, statement, owner } = request;
  requireKnown(path, request);
  if (on === 'role') return { on, role: roleIn(path, role, place.engine) };
  if (on === 'statement' && isMongo(place.engine)) {
    fail(path, `DatabaseGrant.statement must not be given for ${place.engine.title}, which has no statements; grant a role`);
  }
  const database = databaseOf(path, request, place);
  if (on === 'statement') return { on, database, statement: statementIn(path, statement) };
  const privileges = privilegesIn(path, request, place.engine);
  if (on === 'database') return { on, database, privileges };
  const schema = schemaOf(path, request, place.engine);
  const names = request.names && namesIn(path, request.names, place.engine);
  if (on === 'tables' || on === 'sequences') {
    return { on, database, ...schema !== undefined && { schema }, ...names !== undefined && { names }, privileges };
  }
  const ofOwner = owner === undefined ? {} : { owner: nameIn(path, 'owner', owner, place.engine) };
  return { on, database, schema: schema!, ...ofOwner, privileges } as GrantDescription;
}

/** A tag of the secret holds a fingerprint of all of it. */
function requireKnown(path: string, request: GrantRequest): void {
  const isToken = (value: unknown) => [value, ...[value].flat()].some(each => Token.isUnresolved(each));
  const [prop] = Object.entries(request).find(([, value]) => isToken(value)) ?? [];
  if (prop !== undefined) fail(path, `\`${prop}\` of a grant must be known at synthesis, got a token; write the name itself`);
}

function isPostgres({ name }: RotatedEngine): boolean {
  return name === ENGINES.postgres.name;
}

function isMongo({ name }: RotatedEngine): boolean {
  return name === ENGINES.mongo.name;
}

function roleIn(path: string, role: string | undefined, engine: RotatedEngine): string {
  if (isMongo(engine) && OF_ADMINISTRATORS.includes(role ?? '')) {
    fail(path, `\`role\` of a grant must not be ${role}, which has power over the users of ${engine.title} or over the server; grant `
      + 'roles on the databases that it needs');
  }
  return nameIn(path, 'role', role, engine);
}

function privilegesIn(path: string, { on, privileges = [] }: GrantRequest, engine: RotatedEngine): string[] {
  const known = PRIVILEGES[engine.name][on as keyof typeof PRIVILEGES.postgres];
  if (known === undefined) fail(path, `${engine.title} has no grants on ${WORDS[on] ?? on}; leave it out`);
  if (privileges.length === 0) fail(path, `\`privileges\` on ${WORDS[on]} must name at least one; leave the grant out to grant nothing`);
  const unknown = privileges.find(each => !known.includes(each));
  if (unknown !== undefined) {
    fail(path, `\`privileges\` on ${WORDS[on]} must be of ${engine.title}: ${known.join(', ')}, got ${JSON.stringify(unknown)}; `
      + `leave it out, or grant it by ${isMongo(engine) ? 'DatabaseGrant.role' : 'DatabaseGrant.statement'}`);
  }
  return [...new Set(privileges)];
}

const WORDS: { [kind in GrantKind]?: string } = {
  database: 'a database',
  schema: 'a schema',
  tables: 'tables',
  sequences: 'sequences',
  futureTables: 'future tables',
  futureSequences: 'future sequences',
};

function databaseOf(path: string, { on, database: given }: GrantRequest, { engine, database = given }: Place): string {
  const name = given ?? database;
  if (name === undefined) {
    if (on === 'statement') return '';
    fail(path, '`database` of a grant must be given, because neither `databaseName` of the secret nor the database says it; give '
      + (isMongo(engine) ? 'it' : 'either'));
  }
  if (SYSTEM_DATABASES[engine.name]?.includes(name.toLowerCase())) {
    fail(path, `\`database\` of a grant must not be ${name}, in which ${engine.title} keeps its users and settings, or the rotation its `
      + 'own; grant it by '
      + (isMongo(engine) ? 'DatabaseGrant.role' : 'DatabaseGrant.statement'));
  }
  if (isMongo(engine) && !MONGO_DATABASE.test(name)) {
    fail(path, `\`database\` of a grant must be a name of a database of ${engine.title}, without / \\ . " $ * < > : | ? and space, got `
      + JSON.stringify(name));
  }
  return nameIn(path, 'database', name, engine);
}

function schemaOf(path: string, { schema }: GrantRequest, engine: RotatedEngine): string | undefined {
  if (isPostgres(engine)) return nameIn(path, 'schema', schema ?? 'public', engine);
  if (schema !== undefined) fail(path, `\`schema\` of a grant must not be given for ${engine.title}, which has none; give \`database\``);
  return undefined;
}

function namesIn(path: string, names: readonly string[], engine: RotatedEngine): string[] {
  if (names.length === 0) fail(path, 'the names of a grant must not be an empty list; leave the grant out, or the list for all');
  return [...new Set(names.map(name => nameIn(path, 'name', name, engine)))];
}

function nameIn(path: string, prop: string, name: string | undefined, engine: RotatedEngine): string {
  const { max, unit } = isPostgres(engine) ? engine.usernameLimit : OF_MYSQL;
  const length = unit === 'bytes' ? Buffer.byteLength(name ?? '') : [...name ?? ''].length;
  if (!name || length > max) {
    fail(path, `\`${prop}\` of a grant must have from 1 to ${max} ${unit} for ${engine.title}, got ${length}; `
      + 'give the name of the object');
  }
  if (name.includes('\0')) fail(path, `\`${prop}\` of a grant must not hold a NUL character; correct it`);
  return name;
}

function statementIn(path: string, statement = ''): string {
  if (statement.trim() === '') fail(path, 'the text of DatabaseGrant.statement must be a statement; leave it out');
  if (SETS_PASSWORD.test(statement)) {
    fail(path, 'the text of DatabaseGrant.statement must not set a password, which would stand in the template; the secret has that of the '
      + 'user');
  }
  return statement;
}
