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

/**
 * Compares how long a consumer uses an older value with how long that is accepted. Fails where it is longer than the time between two rotations; warns
 * where there is a gap, or may be one. Of a secret that is not rotated in this app nothing is known, and nothing is said.
 *
 * @param scope gets the warnings
 */
export function checkFreshness(scope: IConstruct, path: string, secrets: readonly secretsmanager.ISecret[], reader: Freshness): void {
  for (const secret of secrets) {
    const rotation = rotationOf(secret);
    if (rotation !== undefined) check(scope, path, { name: secret.node.path, rotation, reader });
  }
}

interface Pair {
  readonly name: string;
  readonly rotation: SecretRotation;
  readonly reader: Freshness;
}

function check(scope: IConstruct, path: string, { name, rotation: { overlap, interval, certainOverlap }, reader }: Pair): void {
  const { words, staleFor, prop, remedy } = reader;
  const warn = (id: string, message: string) => Annotations.of(scope).addWarningV2(id, message);
  if (overlap === 'none') {
    warn(DIES_AT_ONCE, `The older value of ${name} is refused as soon as it is rotated, and ${words}: until then, what uses it fails. `
      + `Rotate it by a strategy that keeps the older value, such as RotationStrategy.alternatingUsers or dualPassword, or ${remedy}`);
  } else if (staleFor === undefined) {
    warn(MAY_BE_OUTLIVED, `The older value of ${name} is accepted until the next rotation, and ${words}; ${remedy}`);
  } else if (interval && staleFor.toSeconds() >= interval.toSeconds()) {
    fail(path, `\`${prop}\` must be shorter than the time between two rotations of ${name}, which is ${interval.toHumanString()}, `
      + `got ${staleFor.toHumanString()}; the older value is refused after the next rotation: ${remedy}`);
  } else if (certainOverlap && staleFor.toSeconds() > certainOverlap.toSeconds()) {
    warn(MAY_BE_OUTLIVED, `The older value of ${name} is accepted for ${certainOverlap.toHumanString()} at least, because Secrets Manager rotates at any time in a `
      + `window, and ${words}. Give its schedule a shorter window, or ${remedy}`);
  }
}
