/** How the engine sees a database: nothing here knows Secrets Manager, and nothing behind it knows a rotation step. */

import type { GrantDescription } from '../../../src/rotation/contract/database-user';
import type { RotatedEngine } from '../../../src/rotation/contract/engines';
import type { LegacyAuthenticationName } from '../../../src/rotation/contract/environment';

/** Where to log in, and as whom. */
export interface Login {
  readonly host: string;
  readonly port: number;
  readonly database?: string;
  /** The database that holds the users whom a superuser administers, where users are of a database. */
  readonly usersDatabase?: string;
  readonly username: string;
  readonly password: string;
}

/** How to connect. */
export interface ConnectOptions {
  /**
   * Time for the attempt, in milliseconds: connection, TLS handshake and login together; and for each change that the session makes then.
   */
  readonly timeoutMs: number;
  /** Certificate authorities that are trusted besides those that the runtime trusts, as PEM. */
  readonly ca: readonly string[];
  /** The name in the server's certificate, when the host is an alias. */
  readonly serverName?: string;
  /** What may be used besides the ways to log in that show a server no more of a password than it must see. */
  readonly legacyAuthentication?: readonly LegacyAuthenticationName[];
}

/** One kind of database. */
export interface DatabaseAdapter {
  readonly engine: RotatedEngine;
  /** The database to log in to when the secret names none. */
  readonly defaultDatabase?: string;

  /**
   * Logs in over verified TLS. `undefined` means that the server refused the credentials; whatever else goes wrong is a
   * `RotationError` of its kind, never a reason to try other credentials.
   */
  connect(login: Login, options: ConnectOptions): Promise<DatabaseSession | undefined>;
}

/** A user that is made for a secret. */
export interface OwnedUser {
  readonly username: string;
  /** Names the secret, and stays with the user in the database. */
  readonly owner: string;
}

/** What a superuser does for a user before its first rotation. Each may be repeated, and may have died half-way before. */
export interface UserAdministration {
  /**
   * Creates the user, without a password that anybody knows, and marks it as its owner's. One that is there is refused without that
   * mark, unless it is to be taken over, and when it has powers that no grant gives.
   */
  ensureUser(user: OwnedUser, takeOver: boolean): Promise<void>;

  /** Whether the user is there with the mark of its owner. */
  ownsUser(user: OwnedUser): Promise<boolean>;

  /** Where to call `setGrants` besides the database of this login: none where that is done for the whole server at once. */
  databasesFor(username: string, grants: readonly GrantDescription[]): Promise<readonly string[]>;

  /**
   * Gives the user those of these grants that are for the database of this login, or for the whole server, and takes all others of their
   * kinds from it.
   */
  setGrants(username: string, grants: readonly GrantDescription[]): Promise<void>;

  /** Sets the password of the user, which may log in with it. */
  setPassword(username: string, password: string): Promise<void>;

  /** Takes away the user, who has no grants any more, and who takes turns with it. */
  dropUser(user: OwnedUser): Promise<void>;
}

/** One login. */
export interface DatabaseSession extends UserAdministration {
  /** A trivial read, as a client would do. */
  probe(): Promise<void>;

  /** Sets the password of the user that is logged in. */
  setOwnPassword(password: string): Promise<void>;

  /**
   * Sets the password of the user that is logged in and keeps the one of this login valid beside it; any third one is discarded.
   * The one of this login may be the older of two, after a rotation that was given up, and two runners may do this at once:
   * so it is a compare-and-set (`REPLACE <that of this login> RETAIN CURRENT PASSWORD`); when the server answers that this login's
   * is not the newer one, setting the newer one alone keeps it. Only when the adapter supports it.
   */
  setOwnPasswordRetainingCurrent(password: string): Promise<void>;

  /**
   * Which account the user of this login has, where a server lets one user name have several, with a password each; `undefined` where a
   * session may not ask. A server without such accounts has no such method.
   */
  account?(): Promise<string | undefined>;

  /**
   * As a superuser: sets the password of a user that exists and logs in, and changes nothing else. Of a name with several accounts only
   * `account` gets it; without that, such a name is refused.
   */
  setPasswordOf(username: string, password: string, account?: string): Promise<void>;

  /**
   * As a superuser: makes `clone` a user with this password that can do, and sees, what `original` does. Creates it when it is
   * missing and brings it up to date when it is there; may be repeated, and may have died half-way before.
   *
   * Every second rotation goes back: then `original` is `app_clone` and `clone` is `app`, which was there before it.
   *
   * A `clone` that is there is refused where nothing in the database shows that the two belong together. An adapter may ask `proof`
   * then: whether a password that the secret holds for `clone` logs in.
   */
  cloneUser(original: string, clone: string, password: string, proof?: () => Promise<boolean>): Promise<void>;

  /** Never throws. */
  close(): Promise<void>;
}
