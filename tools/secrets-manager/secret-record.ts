/** A version; one without a value was made by RotateSecret and waits for it. */
export interface VersionRecord {
  readonly id: string;
  readonly created: number;
  text?: string;
  binary?: Uint8Array;
  stages: string[];
  /** The day of the last read. */
  accessed?: number;
}

export interface ReplicaRecord {
  readonly region: string;
  /** The day of the last read there. */
  accessed?: number;
  /** In progress until then. */
  syncAt: number;
  failed?: boolean;
}

export interface SecretRecord {
  readonly arn: string;
  readonly name: string;
  description?: string;
  tags: { Key: string; Value: string }[];
  /** Tags were changed: a list that is empty then is told all the same. */
  tagged?: boolean;
  readonly created: number;
  changed: number;
  deleted?: number;
  /** The day of the last read. */
  accessed?: number;
  lastRotated?: number;
  /** Whose rotation is turned off keeps its function and its days. */
  rotation?: { enabled: boolean; functionArn: string; days: number };
  /** The resource policy, as it was put. */
  policy?: string;
  versions: VersionRecord[];
  replicas: ReplicaRecord[];
}

const DAY_MS = 86_400_000;
export const MAX_VERSIONS = 100;

export function holderOf(secret: SecretRecord, stage: string): VersionRecord | undefined {
  return secret.versions.find(({ stages }) => stages.includes(stage));
}

/** Moves a label: it is on one version at most. The version that AWSCURRENT leaves is AWSPREVIOUS and no longer AWSPENDING. */
export function attach(secret: SecretRecord, stage: string, version: VersionRecord): void {
  const holder = holderOf(secret, stage);
  if (holder === version) return;
  if (holder) detach(holder, stage);
  version.stages.push(stage);
  if (stage === 'AWSCURRENT' && holder) {
    detach(holder, 'AWSPENDING');
    attach(secret, 'AWSPREVIOUS', holder);
  }
}

export function detach(version: VersionRecord, stage: string): void {
  version.stages = version.stages.filter(label => label !== stage);
}

/** Versions without a label go a day after they were made, when there would be too many with another one. */
export function prune(secret: SecretRecord, now: number): void {
  const old = secret.versions.filter(({ stages, created }) => stages.length === 0 && created <= now - DAY_MS);
  const surplus = new Set(old.slice(0, Math.max(0, secret.versions.length - MAX_VERSIONS + 1)));
  secret.versions = secret.versions.filter(version => !surplus.has(version));
}

export function stagesById(secret: SecretRecord): Record<string, string[]> | undefined {
  const labeled = secret.versions.filter(({ stages }) => stages.length > 0);
  return labeled.length === 0 ? undefined : Object.fromEntries(labeled.map(({ id, stages }) => [id, [...stages]]));
}
