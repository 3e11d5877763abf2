export { runQuery } from './run';
export type { LogEvent, Row } from './run';
