import type { ConnectOptions, DatabaseAdapter, Login } from '../../lambda/rotation/engine/database-adapter';

/** A running server and what the contract needs to know of it. */
export interface DatabaseUnderTest {
  readonly adapter: DatabaseAdapter;
  /** May create users and make them like others. */
  readonly superuser: Login;
  /** Trusts the server's certificate authority and calls the server by the name in its certificate. */
  readonly options: ConnectOptions;
  /** A server without roles, on which every user is an administrator. @default - a user may do what it was granted */
  readonly lets?: 'everybody administer';
  /** Creates a user that may read and write the table of the tests, and nothing else. */
  createUser(username: string, password: string): Promise<void>;
  /** Writes a row of the table and reads it again, logged in through a plain driver. */
  useTable(login: Login): Promise<void>;
  /** Name and version, as the server itself says. */
  product(): Promise<string>;
  /** A password that the server refuses, whatever the adapter does. @default - none */
  refusesPassword?(shape: string): boolean;
  /** Everything that the server has logged so far, statements included. */
  serverLog(): Promise<string>;
  stop(): Promise<void>;
}
