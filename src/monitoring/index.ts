export { EmergencyRevocation } from './emergency-revocation';
export { EmergencyRotation } from './emergency-rotation';
export { RotationHealing } from './rotation-healing';
export { SecretAudit, SecretAuditProps } from './secret-audit';
export { SecretRestoration } from './secret-restoration';
export { ISecretRunbook, SecretRunbookProps } from './secret-runbook';
