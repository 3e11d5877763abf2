export * from './access';
export * from './namespace';
export * from './replication';
export * from './rotation';
export * from './secret';
