export { run } from './runbook';
export type { Runbook } from './runbook';
export type { Services } from './services';
