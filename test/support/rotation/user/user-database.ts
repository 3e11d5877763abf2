import type { DatabaseAdapter, Login } from '../../../../lambda/rotation/engine/database-adapter';
import type { GrantDescription } from '../../../../src/rotation/contract/database-user';

/** A real server on which users are made, by an administrator who is no real superuser, as on Amazon RDS. */
export interface UserDatabase {
  readonly adapter: DatabaseAdapter;
  readonly administrator: Login;
  readonly ca: readonly string[];
  /** Where the grants are. */
  readonly database: string;
  readonly grants: readonly GrantDescription[];
  /** What `catalogue` tells of a user who has these grants, and no other. */
  readonly granted: readonly string[];
  readonly fewerGrants: readonly GrantDescription[];
  readonly fewerGranted: readonly string[];
  /** What the server says of the grants of a user, whatever the rotation thinks of them. */
  catalogue(username: string): Promise<string[]>;
  /** Takes something that was granted and grants something else, of several kinds. */
  drift(username: string): Promise<void>;
  /** A user of a person's making, who has a grant. */
  createByHand(username: string, password: string): Promise<void>;
  exists(username: string): Promise<boolean>;
  /** Does what the grants allow, through a plain driver. */
  use(login: Login): Promise<void>;
  /** Name and version, as the server itself says. */
  product(): Promise<string>;
  log(): string;
  stop(): Promise<void>;
}
