import { RotationError } from './errors';

/** What an operator does about an error of which only the kind is known. It stands behind the semicolon of the message. */
export const REMEDIES = {
  network: 'check the subnets, routes and security groups of the function, and the host and port that it connects to',
  tls: 'check the certificate of the database, TLS_CA_BUNDLE and TLS_SERVER_NAME',
  transient: 'Secrets Manager will try again',
  locked: 'unlock the user in the database, and Secrets Manager will try again',
  readOnly: 'give the endpoint of the writer in the secret, or wait until the failover is over',
} as const;

/** What each adapter says of a user that it must not change. */
export function takenByOthers(): RotationError {
  return new RotationError('configuration', 'a user of this name is in the database already, and was not created for this secret; give '
    + 'another `username`, or set `takeOver` of the DatabaseUser: it then gets the password of this secret, and exactly the '
    + 'grants of the app');
}
