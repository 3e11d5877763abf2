/** What an operator does about an error of which only the kind is known. It stands behind the semicolon of the message. */
export const REMEDIES = {
  network: 'check the subnets, routes and security groups of the function, and the host and port of the secret',
  tls: 'check the certificate of the database, TLS_CA_BUNDLE and TLS_SERVER_NAME',
  transient: 'Secrets Manager will try again',
  locked: 'unlock the user in the database, and Secrets Manager will try again',
  readOnly: 'give the endpoint of the writer in the secret, or wait until the failover is over',
} as const;
