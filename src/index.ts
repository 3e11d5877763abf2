export * from './encryption';
export * from './access';
export * from './namespace';
export * from './secret';
export * from './sharing';
export * from './replication';
export * from './rotation';
export * from './monitoring';
