import type { App } from 'aws-cdk-lib';
import { buildOwner } from './owner-app';
import { buildReader } from './reader-app';

/**
 * Both halves, for one review. In life they are two apps of two teams, owner-app.ts and reader-app.ts: they share no export, no
 * look-up and no copied ARN.
 */
export function build(app: App): void {
  buildOwner(app);
  buildReader(app);
}
