import type { Command, Program } from './command';
import { DIFF } from './diff-command';
import { MANIFESTS } from './manifests-command';
import { REHEARSE } from './rehearse-command';
import { REVIEW } from './review-command';

/** Each word after `npx cdk-managed-secrets`. */
export const COMMANDS: Readonly<Record<string, Command | Program>> = {
  review: REVIEW,
  diff: DIFF,
  rehearse: REHEARSE,
  manifests: MANIFESTS,
};
