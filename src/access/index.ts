export { GuardRail, VpcEndpointGuardRailOptions } from './guard-rail';
export { SecretGrants } from './secret-grants';
