import { Duration, Token } from 'aws-cdk-lib';
import { fail } from '../../private/errors';
import { requireWhole } from '../../private/validation';
import { WATCHER_ENVIRONMENT } from '../contract/environment';
import type { SecretThresholds } from '../secret-thresholds';

const DEFAULTS: Required<SecretThresholds> = {
  overdueGrace: Duration.hours(4),
  stuckGrace: Duration.days(1),
  replicationGrace: Duration.hours(1),
  unusedAfter: Duration.days(90),
  neverReadAfter: Duration.days(30),
  expiresWithin: Duration.days(30),
};

type Unit = 'Days' | 'Seconds';

const VARIABLES: Record<keyof SecretThresholds, [variable: string, unit: Unit]> = {
  overdueGrace: [WATCHER_ENVIRONMENT.OVERDUE_GRACE_SECONDS, 'Seconds'],
  stuckGrace: [WATCHER_ENVIRONMENT.STUCK_GRACE_SECONDS, 'Seconds'],
  replicationGrace: [WATCHER_ENVIRONMENT.REPLICATION_GRACE_SECONDS, 'Seconds'],
  unusedAfter: [WATCHER_ENVIRONMENT.UNUSED_DAYS, 'Days'],
  neverReadAfter: [WATCHER_ENVIRONMENT.NEVER_READ_DAYS, 'Days'],
  expiresWithin: [WATCHER_ENVIRONMENT.EXPIRES_WITHIN_DAYS, 'Days'],
};

const RANGES: Record<Unit, { min: number; max: number }> = { Days: { min: 1, max: 3650 }, Seconds: { min: 60, max: 31_536_000 } };

/** Every threshold, with the default where none is given. */
export function thresholdsOf(given: SecretThresholds): Required<SecretThresholds> {
  return Object.fromEntries(names().map(name => [name, given[name] ?? DEFAULTS[name]])) as unknown as Required<SecretThresholds>;
}

/** The environment variables in which the watcher finds them. */
export function thresholdEnvironment(given: SecretThresholds): { [variable: string]: string } {
  const thresholds = thresholdsOf(given);
  return Object.fromEntries(names().map(name => [VARIABLES[name][0], String(inUnit(thresholds[name], VARIABLES[name][1]))]));
}

export function requireThresholds(path: string, given: SecretThresholds): void {
  for (const name of names()) {
    const value = given[name];
    if (value === undefined) continue;
    if (Token.isUnresolved(value) || value.isUnresolved()) fail(path, `\`${name}\` must be known at synthesis; write the duration`);
    const unit = VARIABLES[name][1];
    requireWhole(path, `${name} in ${unit.toLowerCase()}`, inUnit(value, unit), RANGES[unit]);
  }
}

function inUnit(value: Duration, unit: Unit): number {
  return unit === 'Days' ? value.toDays({ integral: false }) : value.toSeconds({ integral: false });
}

function names(): (keyof SecretThresholds)[] {
  return Object.keys(VARIABLES) as (keyof SecretThresholds)[];
}
