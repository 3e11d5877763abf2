export { CrossAccountSecretPolicy, CrossAccountSecretPolicyProps } from './cross-account-secret-policy';
export { OrganizationReaderOptions, SecretReader, ServiceReaderOptions } from './secret-reader';
