export { CredentialKind } from './credential-kind';
export { CredentialRotator } from './credential-rotator';
export { CredentialRotatorProps, ICredentialRotator } from './credential-rotator-props';
export { DatabaseEngine, DatabaseEngineOptions } from './database-engine';
export { DatabaseGrant } from './database-grant';
export {
  DatabaseGrantOptions, FutureSequenceGrantOptions, FutureTableGrantOptions, SchemaGrantOptions, SequenceGrantOptions, TableGrantOptions,
} from './database-grant-options';
export { DatabaseEndpointOptions } from './database-endpoint-options';
export { DatabasePrivilege, SchemaPrivilege, SequencePrivilege, TablePrivilege } from './database-privileges';
export { DatabaseRotator } from './database-rotator';
export { DatabaseRotatorProps, IDatabaseRotator } from './database-rotator-props';
export { DatabaseUser, DatabaseUserOptions } from './database-user';
export { ExternalPartner } from './external-partner';
export { ManagedExternalSecret } from './managed-external-secret';
export { ManagedExternalSecretProps } from './managed-external-secret-props';
export { HostedRotationOptions, HostedSsl } from './hosted-rotation-options';
export { CacheUser } from './kinds/cache-user';
export {
  CacheNodeOptions, ElastiCacheUserOptions, ManagedCacheUserOptions, MemoryDbUserOptions, SelfManagedCacheUserOptions,
} from './kinds/cache-user-options';
export { DirectoryUser } from './kinds/directory-user';
export { ActiveDirectoryUserOptions, DirectoryUserOptions, OpenLdapUserOptions } from './kinds/directory-user-options';
export { HttpAuthorization } from './kinds/http-authorization';
export { HttpCredential } from './kinds/http-credential';
export {
  HttpCallOptions, HttpCredentialOptions, KeycloakClientOptions, OAuthClientOptions, OktaClientOptions,
} from './kinds/http-credential-options';
export { IamAccessKey, IamAccessKeyOptions } from './kinds/iam-access-key';
export { OAuthClient } from './kinds/oauth-client';
export { RabbitMqUser } from './kinds/rabbitmq-user';
export { AmazonMqUserOptions, RabbitMqUserOptions, SelfManagedRabbitMqUserOptions } from './kinds/rabbitmq-user-options';
export { RandomToken } from './kinds/random-token';
export { SesSmtpPassword, SesSmtpPasswordOptions } from './kinds/ses-smtp-password';
export { CustomCredential, CustomCredentialOptions } from './kinds/custom-credential';
export { EncryptionKey } from './kinds/encryption-key';
export { SigningAlgorithm, SigningKey, SigningKeyOptions } from './kinds/signing-key';
export { SshKeyPair } from './kinds/ssh-key-pair';
export { LegacyAuthentication } from './legacy-authentication';
export { MasterUserRotation, MasterUserRotationProps } from './master-user-rotation';
export { RotatedDatabaseSecret } from './rotated-database-secret';
export { RotatedDatabaseSecretProps } from './rotated-database-secret-props';
export { RotatedSecret } from './rotated-secret';
export { RotatedSecretProps } from './rotated-secret-props';
export { RotationFunctionOptions } from './rotation-function-options';
export { RotationSchedule } from './rotation-schedule';
export { RotationCronOptions, RotationSpreadOptions, RotationWindowOptions } from './rotation-schedule-options';
export { AlternatingUsersOptions, RotationStrategy, SuperuserOptions } from './rotation-strategy';
export { RotationTarget } from './rotation-target';
export { SecretsManagerEndpoint } from './secrets-manager-endpoint';
