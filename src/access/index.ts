export { GuardRail, VpcEndpointGuardRailOptions } from './guard-rail';
