export { SecretEncryption } from './secret-encryption';
