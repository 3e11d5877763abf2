import type { Environment } from '../../engine/environment';
import { RotationError } from '../../engine/errors';

/** One of the values that a variable may have. */
export function settingIn<T extends string>(environment: Environment, name: string, known: readonly T[], absent?: T): T {
  const value = environment[name] || absent;
  const found = known.find(each => each === value);
  if (found) return found;
  throw new RotationError('configuration', `\`${name}\` must be one of ${known.join(', ')}; correct the environment of the function`);
}

/** A whole number from 1 on. */
export function wholeIn(environment: Environment, name: string): number {
  const value = environment[name] ?? '';
  if (/^[1-9]\d{0,9}$/.test(value)) return Number(value);
  throw new RotationError('configuration', `\`${name}\` must be a whole number from 1 on; correct the environment of the function`);
}
