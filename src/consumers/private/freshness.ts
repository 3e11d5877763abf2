import { Annotations, type aws_secretsmanager as secretsmanager, type Duration } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { fail } from '../../private/errors';
import { rotationOf, type SecretRotation } from '../../rotation/private/secret-rotation';

/** How old a value may be that a consumer uses. */
export interface Freshness {
  /** The reader and what it does, such as `this function keeps a value for 5 minutes`. */
  readonly words: string;
  /** How long an older value is in use after a rotation; absent for one that is kept as long as the reader runs. */
  readonly staleFor?: Duration;
  /** The prop that says `staleFor`, for an error. */
  readonly prop: string;
  /** What the user can do about it, besides another strategy. */
  readonly remedy: string;
}

/** The value before the current one is refused, and clients that keep it fail. */
const DIES_AT_ONCE = 'cdk-managed-secrets:olderValueDiesAtOnce';
/** The value before the current one is accepted until the next rotation, and a client may keep it longer. */
const MAY_BE_OUTLIVED = 'cdk-managed-secrets:olderValueMayBeOutlived';

/** What is said, and not refused. */
export interface FreshnessWarning {
  readonly id: string;
  readonly message: string;
}

/**
 * Compares how long a consumer uses an older value with how long that is accepted. Fails where it is longer than the time between two rotations; warns
 * where there is a gap, or may be one. Of a secret that is not rotated in this app nothing is known, and nothing is said.
 *
 * @param scope gets the warnings
 */
export function checkFreshness(scope: IConstruct, path: string, secrets: readonly secretsmanager.ISecret[], reader: Freshness): void {
  addWarnings(scope, freshnessWarnings(path, secrets, reader));
}

/** The same before the consumer is there: it fails, or answers what to say of it. */
export function freshnessWarnings(path: string, secrets: readonly secretsmanager.ISecret[], reader: Freshness): FreshnessWarning[] {
  return secrets.flatMap(secret => {
    const rotation = rotationOf(secret);
    return rotation === undefined ? [] : warningsOf(path, { name: secret.node.path, rotation, reader });
  });
}

export function addWarnings(scope: IConstruct, warnings: readonly FreshnessWarning[]): void {
  warnings.forEach(({ id, message }) => Annotations.of(scope).addWarningV2(id, message));
}

interface Pair {
  readonly name: string;
  readonly rotation: SecretRotation;
  readonly reader: Freshness;
}

function warningsOf(path: string, { name, rotation: { overlap, interval, certainOverlap }, reader }: Pair): FreshnessWarning[] {
  const { words, staleFor, prop, remedy } = reader;
  if (overlap === 'none') {
    return [{
      id: DIES_AT_ONCE,
      message: `The older value of ${name} is refused as soon as it is rotated, and ${words}: until then, what uses it fails. `
        + `Rotate it in a way that keeps the older value, for a database user RotationStrategy.alternatingUsers or dualPassword, or ${remedy}`,
    }];
  }
  if (staleFor === undefined) {
    return [{ id: MAY_BE_OUTLIVED, message: `The older value of ${name} is accepted until the next rotation, and ${words}; ${remedy}` }];
  }
  if (interval && staleFor.toSeconds() >= interval.toSeconds()) {
    fail(path, `\`${prop}\` must be shorter than the time between two rotations of ${name}, which is ${interval.toHumanString()}, `
      + `got ${staleFor.toHumanString()}; the older value is refused after the next rotation: ${remedy}`);
  }
  if (certainOverlap === undefined || staleFor.toSeconds() <= certainOverlap.toSeconds()) return [];
  return [{
    id: MAY_BE_OUTLIVED,
    message: `The older value of ${name} is accepted for ${certainOverlap.toHumanString()} at least, because Secrets Manager rotates at any time in a `
      + `window, and ${words}. Give its schedule a shorter window, or ${remedy}`,
  }];
}
