import type { Command } from './command';
import { REVIEW } from './review-command';

/** Each word after `npx cdk-managed-secrets`. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  review: REVIEW,
};
