export { CredentialContentOptions } from './credential-content-options';
export { DeployedName } from './deployed-name';
export { ManagedSecret } from './managed-secret';
export { IManagedSecret, ManagedSecretAttributes, ManagedSecretProps, NamespacedSecretAttributes } from './managed-secret-props';
export { PasswordPolicy, PasswordPolicyOptions } from './password-policy';
export { ReplicaRegion } from './replica-region';
export { FieldsOptions, GeneratedFieldOptions, SecretContent } from './secret-content';
