export { SecretField } from './secret-field';
