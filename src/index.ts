export * from './access';
export * from './namespace';
export * from './replication';
export * from './secret';
