export { CacheLogin } from './cache-login';
export { DeletionGuardRailOptions, GuardRail, VpcEndpointGuardRailOptions } from './guard-rail';
export { OrganizationGuardRails, OrganizationGuardRailsProps } from './organization-guard-rails';
