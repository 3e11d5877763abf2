import type { SecretState } from './secret-state';
import type { WatcherSettings } from './settings';
import { FINDINGS, Finding } from '../../../src/monitoring/contract/metrics';
import { SECRET_MONTHLY_USD } from '../../../src/monitoring/contract/prices';
import { EXPIRES_TAG, expiryIn } from '../../../src/monitoring/contract/tags';
import { ROTATION_TAG_KEYS } from '../../../src/rotation/contract/tags';

/** Something that is told of a secret, with what a person wants to know at once. There is no field for a tag or a message. */
export interface Found {
  readonly finding: Finding;
  /** When it was to be rotated, was last changed, was last read, was created, or expires. */
  readonly since?: Date;
  readonly replicas?: string;
  readonly usdPerMonth?: number;
  readonly reason?: string;
}

/** All that is to be told of a secret at a time. What is not known counts as the worse. */
export function findingsOf(secret: SecretState, settings: WatcherSettings, now: number): Found[] {
  return [
    ...overdue(secret, now - settings.overdueGraceMs),
    ...turnedOff(secret),
    ...stuck(secret, now - settings.stuckGraceMs),
    ...notInSync(secret, now - settings.replicationGraceMs),
    ...notRead(secret, now - settings.unusedMs, now - settings.neverReadMs),
    ...expiring(secret, now + settings.expiresWithinMs),
  ];
}

function overdue({ isRotated, nextRotation }: SecretState, limit: number): Found[] {
  if (!isRotated || nextRotation === undefined || nextRotation.getTime() >= limit) return [];
  return [{ finding: FINDINGS.SECRETS_OVERDUE, since: nextRotation }];
}

function turnedOff({ isRotated, wasRotated, tags }: SecretState): Found[] {
  const isToRotate = wasRotated || ROTATION_TAG_KEYS.some(key => tags.has(key));
  return isToRotate && !isRotated ? [{ finding: FINDINGS.ROTATIONS_TURNED_OFF }] : [];
}

function stuck(secret: SecretState, limit: number): Found[] {
  return secret.isPending && isBefore(secret.changed, limit) ? [{ finding: FINDINGS.ROTATIONS_STUCK, since: secret.changed }] : [];
}

/** A replica that has failed stays so; one that is in progress has had its time since the secret was changed. */
function notInSync({ replicas, changed }: SecretState, limit: number): Found[] {
  const late = replicas.filter(({ status }) => status === 'Failed' || (status !== 'InSync' && isBefore(changed, limit)));
  return late.length === 0 ? [] : [{
    finding: FINDINGS.REPLICAS_NOT_IN_SYNC, since: changed, replicas: late.map(({ region, status }) => `${region} ${status}`).join(', '),
  }];
}

function notRead({ accessed, created, replicas }: SecretState, unusedLimit: number, neverReadLimit: number): Found[] {
  const usdPerMonth = SECRET_MONTHLY_USD * (1 + replicas.length);
  if (accessed !== undefined) return accessed.getTime() <= unusedLimit ? [{ finding: FINDINGS.SECRETS_UNUSED, since: accessed, usdPerMonth }] : [];
  return isBefore(created, neverReadLimit) ? [{ finding: FINDINGS.SECRETS_NEVER_READ, since: created, usdPerMonth }] : [];
}

/** A text that is no date may be any date. */
function expiring({ tags }: SecretState, limit: number): Found[] {
  const text = tags.get(EXPIRES_TAG);
  if (text === undefined) return [];
  const expires = expiryIn(text);
  if (expires === undefined) return [{ finding: FINDINGS.SECRETS_EXPIRING, reason: `the tag ${EXPIRES_TAG} holds no date of ISO 8601` }];
  return expires.getTime() <= limit ? [{ finding: FINDINGS.SECRETS_EXPIRING, since: expires }] : [];
}

function isBefore(date: Date | undefined, limit: number): boolean {
  return (date?.getTime() ?? -Infinity) < limit;
}
