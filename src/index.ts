export * from './access';
export * from './namespace';
export * from './secret';
