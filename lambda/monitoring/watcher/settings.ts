import { LookError } from './errors';
import { WATCHER_ENVIRONMENT } from '../../../src/monitoring/contract/environment';

export type Environment = Readonly<Record<string, string | undefined>>;

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

/** The environment variables of the watcher, read. */
export interface WatcherSettings {
  readonly watched: string;
  readonly prefix?: string;
  readonly secretArns: readonly string[];
  readonly describesAll: boolean;
  readonly overdueGraceMs: number;
  readonly stuckGraceMs: number;
  readonly replicationGraceMs: number;
  readonly unusedMs: number;
  readonly neverReadMs: number;
  readonly expiresWithinMs: number;
}

/** Reads the variables, and refuses what it does not understand: a threshold that is ignored would be silence. */
export function settingsIn(environment: Environment): WatcherSettings {
  const names = WATCHER_ENVIRONMENT;
  const numberIn = (name: string, unitMs: number) => {
    const value = environment[name] ?? '';
    if (!/^\d{1,9}$/.test(value)) throw new LookError(`\`${name}\` must be a whole number; correct the environment of the function`);
    return Number(value) * unitMs;
  };
  const settings = {
    watched: environment[names.WATCHED] ?? '',
    prefix: environment[names.NAME_PREFIX] || undefined,
    secretArns: (environment[names.SECRET_ARNS] ?? '').split(',').filter(arn => arn !== ''),
    describesAll: environment[names.DESCRIBE_ALL] === 'true',
    overdueGraceMs: numberIn(names.OVERDUE_GRACE_SECONDS, SECOND_MS),
    stuckGraceMs: numberIn(names.STUCK_GRACE_SECONDS, SECOND_MS),
    replicationGraceMs: numberIn(names.REPLICATION_GRACE_SECONDS, SECOND_MS),
    unusedMs: numberIn(names.UNUSED_DAYS, DAY_MS),
    neverReadMs: numberIn(names.NEVER_READ_DAYS, DAY_MS),
    expiresWithinMs: numberIn(names.EXPIRES_WITHIN_DAYS, DAY_MS),
  };
  if (settings.watched === '') throw new LookError(`\`${names.WATCHED}\` must have a value; correct the environment of the function`);
  if (settings.prefix === undefined && settings.secretArns.length === 0) {
    throw new LookError(`\`${names.NAME_PREFIX}\` or \`${names.SECRET_ARNS}\` must have a value; correct the environment of the function`);
  }
  return settings;
}
