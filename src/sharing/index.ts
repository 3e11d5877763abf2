export { CrossAccountSecretPolicy, CrossAccountSecretPolicyProps } from './cross-account-secret-policy';
export { SecretReader } from './secret-reader';
