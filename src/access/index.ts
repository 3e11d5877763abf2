export { SecretEncryption } from './secret-encryption';
export { SecretGrants } from './secret-grants';
