export { DeployedName } from './deployed-name';
export { ManagedSecret } from './managed-secret';
export { IManagedSecret, ManagedSecretAttributes, ManagedSecretProps, NamespacedSecretAttributes } from './managed-secret-props';
export { PasswordPolicy, PasswordPolicyProps } from './password-policy';
export { ReplicaRegion, ReplicaRegionOptions } from './replica-region';
export { FieldsOptions, GeneratedFieldProps, SecretContent } from './secret-content';
