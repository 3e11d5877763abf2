export { run } from './runbook';
export { endScripts } from './script';
export type { Runbook } from './runbook';
export type { Services } from './services';
