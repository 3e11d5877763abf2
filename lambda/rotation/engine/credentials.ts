import type { DatabaseAdapter, Login } from './database-adapter';
import { DatabaseServer, isSameServer } from './database-server';
import { RotationError } from './errors';
import { withKeys } from './json-numbers';
import { namesOf } from '../../../src/rotation/contract/engines';
import { isHost, PORTS, readOnlyEndpointIn, withoutFinalDot } from '../../../src/rotation/contract/hosts';
import { MAX_SECRET_BYTES, SECRET_ARN } from '../../../src/rotation/contract/secrets';
import { isFolded, usernameLength } from '../../../src/rotation/contract/usernames';

/** The secret of one database user, checked. It holds a password: it is never logged, nor part of a message. */
export interface Credentials extends Login {
  /** That of the engine that the secret names. */
  readonly adapter: DatabaseAdapter;
  /** The ARN of the superuser secret. */
  readonly superuserArn?: string;
  /** All of the secret, with the keys that we do not know. */
  readonly text: string;
}

const UNSUITABLE_ENDPOINTS = {
  proxy: 'an RDS Proxy, which lets in only who has the password of AWSCURRENT',
  reader: 'a reader endpoint, which takes no new password',
};

/** The JSON of AWS's own rotation functions. `which` names the version in messages; nothing that the secret holds does. */
export function parseCredentials(text: string, which: string, adapters: readonly DatabaseAdapter[]): Credentials {
  const document = parseDocument(text, which);
  const secret = new SecretDocument(document, which);
  const adapter = secret.adapter(adapters);
  if (adapter.engine.saysSsl) secret.checkSsl();
  return {
    adapter,
    host: secret.host(),
    port: secret.port(adapter.engine.defaultPort),
    database: secret.optionalText('dbname') ?? adapter.defaultDatabase,
    username: secret.username(adapter),
    password: secret.text('password'),
    superuserArn: secret.optionalText('masterarn'),
    text,
  };
}

/**
 * The secret of a superuser, which logs in to the server that the tags of the rotated secret name. Without them its own secret must name
 * it: whoever may write the rotated one must not learn its password by naming a server there.
 */
export function parseSuperuser(text: string, current: Credentials, tagged: DatabaseServer | undefined): Login {
  const { adapter } = current;
  const which = 'the superuser secret';
  const document = parseDocument(text, which);
  const secret = new SecretDocument(document, which);
  if (document.engine !== undefined) secret.adapter([adapter]);
  const own = document.host === undefined ? undefined : { host: secret.host(), port: secret.port(adapter.engine.defaultPort) };
  if (own === undefined && tagged === undefined) throw unknownServer();
  const { host, port } = tagged ?? current;
  if (own && !isSameServer(own, { host, port })) {
    throw new RotationError('configuration', 'the superuser secret names another host or port than the rotated secret (without `port`, '
      + 'that of the engine); '
      + 'give the secret of a superuser of the same server, or correct it');
  }
  return { host, port, ...databasesOf(current), username: secret.username(adapter), password: secret.text('password') };
}

/** Where the superuser of this user logs in. */
export function databasesOf({ adapter, database }: Pick<Credentials, 'adapter' | 'database'>): Pick<Login, 'database' | 'usersDatabase'> {
  return adapter.engine.usersAreOfDatabase ? { database: adapter.defaultDatabase, usersDatabase: database } : { database };
}

function unknownServer(): RotationError {
  return new RotationError('configuration', 'the superuser secret names no `host`, and nothing but the value of the rotated secret says '
    + 'where to send its password; '
    + 'put `host` and `port` into the superuser secret, or make the rotated secret a RotatedDatabaseSecret, whose tags name the server');
}

/** The ARN of the superuser secret, which alternating users cannot do without. */
export function superuserArnOf(credentials: Credentials): string {
  const arn = credentials.superuserArn;
  if (arn === undefined) {
    throw new RotationError('configuration', '`masterarn` is missing in the secret, and `SUPERUSER_SECRET_ARN` in the '
    + 'environment of the function; give the ARN of the superuser secret, or rotate a single user');
  }
  if (!SECRET_ARN.test(arn)) {
    throw new RotationError('configuration', '`masterarn` must be the ARN of a secret; give that of the '
    + 'superuser secret');
  }
  return arn;
}

/**
 * The function calls Secrets Manager in its own region alone: a superuser secret elsewhere would be missed when the password is to be set.
 */
export function checkSuperuserRegion(superuserArn: string, secretArn: string): void {
  const region = (arn: string) => arn.split(':').slice(1, 4).join(':');
  if (region(superuserArn) !== region(secretArn)) {
    throw new RotationError('configuration', '`masterarn` names a secret of another region than the secret that is rotated; give the '
      + 'superuser secret, or a replica of it, in the same region');
  }
}

/** The secret with another user and password and everything else as it is. */
export function renewedDocument(credentials: Credentials, username: string, password: string): string {
  const text = withKeys(credentials.text, { username, password });
  if (Buffer.byteLength(text) > MAX_SECRET_BYTES) {
    throw new RotationError('configuration', `with the new password the secret would hold more than ${MAX_SECRET_BYTES} bytes; remove keys `
      + 'that nobody reads');
  }
  return text;
}

/**
 * Whoever writes the pending version must not be able to send the engine to another server, nor to a database that the user may not use.
 */
export function checkSameServer(pending: Credentials, current: Credentials): void {
  if (!isSameServer(pending, current) || pending.adapter !== current.adapter || pending.database !== current.database) {
    throw new RotationError('configuration', 'AWSPENDING names another host, port, engine or database than AWSCURRENT; give AWSCURRENT '
      + 'those of AWSPENDING again, and change them after the rotation. '
      + 'Do not take AWSPENDING away: it may hold the only password that logs in');
  }
}

/** `username` is what the strategy makes of the present one. */
export function checkUsername(pending: Credentials, username: string): void {
  if (pending.username !== username) {
    throw new RotationError('configuration', 'the user of AWSPENDING is not the one that follows that of AWSCURRENT; restore the strategy '
      + 'of the function and the user of AWSCURRENT, '
      + 'and change them after the rotation. Do not take AWSPENDING away: it may hold the only password that logs in');
  }
}

/** A parser's own message quotes what it read: it stays here. */
function parseDocument(text: string, which: string): Record<string, unknown> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw malformed(which, 'is not JSON');
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) throw malformed(which, 'is not a JSON object');
  return document as Record<string, unknown>;
}

/** Reads the keys of one secret and says which is wrong, never what it holds. */
class SecretDocument {
  constructor(private readonly document: Record<string, unknown>, private readonly which: string) {}

  public text(key: string): string {
    const value = this.document[key];
    if (value === undefined) throw malformed(this.which, `has no \`${key}\``);
    if (typeof value !== 'string' || value === '') throw malformed(this.which, `must hold a text in \`${key}\``);
    if (value.includes('\0')) throw malformed(this.which, `must not hold a NUL character in \`${key}\``);
    return value;
  }

  public optionalText(key: string): string | undefined {
    const value = this.document[key];
    return value === undefined || value === null || value === '' ? undefined : this.text(key);
  }

  public adapter(adapters: readonly DatabaseAdapter[]): DatabaseAdapter {
    const engine = this.text('engine');
    const adapter = adapters.find(each => namesOf(each.engine).includes(engine));
    if (!adapter) {
      throw malformed(this.which, `must hold ${adapters.flatMap(each => namesOf(each.engine)).join(' or ')} in `
        + '`engine`', 'correct the secret, or rotate it by the function of its engine');
    }
    return adapter;
  }

  public checkSsl(): void {
    const { ssl } = this.document;
    if (ssl === undefined || ssl === true || String(ssl).toLowerCase() === 'true') return;
    throw malformed(this.which, 'must hold true in `ssl`, because the rotation never logs in without TLS', 'turn TLS on in the database, '
      + 'let its clients use it, and correct the secret');
  }

  public host(): string {
    const host = this.text('host');
    if (!isHost(host)) throw malformed(this.which, 'must hold a host name or an address in `host`');
    const endpoint = readOnlyEndpointIn(host);
    if (endpoint) {
      throw malformed(this.which, `must not name in \`host\` ${UNSUITABLE_ENDPOINTS[endpoint]}`, 'give the endpoint of '
      + 'the writer');
    }
    return withoutFinalDot(host);
  }

  public port(absent: number): number {
    const value = this.document.port;
    if (value === undefined || value === null) return absent;
    const port = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
    if (typeof port !== 'number' || !Number.isInteger(port) || port < PORTS.min || port > PORTS.max) {
      throw malformed(this.which, `must hold a number from ${PORTS.min} to ${PORTS.max} in \`port\``);
    }
    return port;
  }

  public username(adapter: DatabaseAdapter): string {
    const username = this.text('username');
    checkUsernameLength(username, adapter);
    return username;
  }
}

/** A server would cut a longer name off, and the clone would be the original. */
export function checkUsernameLength(username: string, { engine }: DatabaseAdapter): void {
  if (isFolded(username, engine)) {
    throw new RotationError('configuration', `a user name must be in lower case for ${engine.title}, which keeps it so; correct `
      + 'the secret');
  }
  const [{ max, unit }, length] = [engine.usernameLimit, usernameLength(username, engine)];
  if (length > max) {
    throw new RotationError('configuration', `a user name of ${length} ${unit} is longer than the ${max} that ${engine.title} takes; `
      + 'rotate a user with a shorter name');
  }
}

function malformed(which: string, what: string, action = 'correct the secret'): RotationError {
  return new RotationError('configuration', `${which} ${what}; ${action}`);
}
