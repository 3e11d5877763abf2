export { DeletionGuardRailOptions, GuardRail, VpcEndpointGuardRailOptions } from './guard-rail';
