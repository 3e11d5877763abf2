export { SecretAudit, SecretAuditProps } from './secret-audit';
