import { randomBytes } from 'crypto';

/** Ends in letters and digits of its own, so that a log can be searched for it; `shape` makes it hostile. */
export function newPassword(shape = ''): string {
  return `${shape}Pw${randomBytes(12).toString('hex')}`;
}
