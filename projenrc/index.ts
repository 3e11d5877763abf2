export * as boundaries from './boundaries';
export * as commands from './commands';
export { jsiiTargets } from './jsii-targets';
export * as newest from './newest';
export * as packaging from './packaging';
export * as testing from './testing';
export * as toolchain from './toolchain';
