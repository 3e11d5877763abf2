import type { Credentials } from '../credentials';
import type { DatabaseAccess } from '../database-access';
import type { DatabaseServer } from '../database-server';
import type { SecretStore } from '../secret-store';

/** A password to set. */
export interface PasswordChange {
  readonly pending: Credentials;
  readonly current: Credentials;
  /** As the tags of the secret name it. */
  readonly server?: DatabaseServer;
  readonly store: SecretStore;
  readonly access: DatabaseAccess;
}

/** How the password of a database user is changed while clients log in. */
export interface RotationStrategy {
  /** Refuses a secret or an engine that the strategy cannot do with. */
  check(current: Credentials, secretArn: string): void;
  /** The user of the pending version. */
  nextUsername(current: Credentials): string;
  /** Tries no credentials twice. */
  set(change: PasswordChange): Promise<'set' | 'alreadySet'>;
}
