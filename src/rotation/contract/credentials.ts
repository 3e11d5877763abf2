/** What a function of this package rotates beside the passwords of databases, by the value of CREDENTIAL_KIND, in words. */
export const CREDENTIALS = {
  randomToken: 'random token',
  signingKey: 'signing key',
  encryptionKey: 'encryption key',
  pepper: 'pepper',
  sshKeyPair: 'SSH key pair',
  iamAccessKey: 'access key of an IAM user',
  sesSmtpPassword: 'SMTP password of Amazon SES',
  elastiCacheUser: 'password of a user of Amazon ElastiCache',
  memoryDbUser: 'password of a user of Amazon MemoryDB',
  selfManagedCacheUser: 'password of a user of Valkey or Redis',
  rabbitMqUsers: 'passwords of two users of RabbitMQ that take turns',
  rabbitMqUser: 'password of a user of RabbitMQ',
  openLdapUser: 'password of a user of OpenLDAP',
  activeDirectoryUser: 'password of a user of Active Directory',
  httpCredential: 'credential that a service issues over HTTPS',
} as const;

export type CredentialName = keyof typeof CREDENTIALS;

/** Nothing for a name that is none of them. */
export function credentialInWords(name: string | undefined): string | undefined {
  return name !== undefined && Object.hasOwn(CREDENTIALS, name) ? CREDENTIALS[name as CredentialName] : undefined;
}
