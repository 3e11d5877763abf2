import { CHECK_ROTATION } from './check-rotation-command';
import type { Command, Program } from './command';
import { DIFF } from './diff-command';
import { INIT } from './init-command';
import { MANIFESTS } from './manifests-command';
import { REHEARSE } from './rehearse-command';
import { REVIEW } from './review-command';

/** Each word after `npx cdk-managed-secrets`. */
export const COMMANDS: Readonly<Record<string, Command | Program>> = {
  'init': INIT,
  'review': REVIEW,
  'diff': DIFF,
  'rehearse': REHEARSE,
  'check-rotation': CHECK_ROTATION,
  'manifests': MANIFESTS,
};
