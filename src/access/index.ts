export { CrossAccountSecretPolicy, CrossAccountSecretPolicyProps } from './cross-account-secret-policy';
export { SecretEncryption } from './secret-encryption';
export { SecretGrants } from './secret-grants';
export { OrganizationReaderOptions, SecretReader, ServiceReaderOptions } from './secret-reader';
