import { Annotations, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { fail } from '../../private/errors';
import { NameLevel } from '../name-level';

/** Longest name that Secrets Manager accepts. */
export const MAX_SECRET_NAME_LENGTH = 512;

const LEVEL = /^[A-Za-z0-9_+=.@-]+$/;
const SECRET_NAME = /^[A-Za-z0-9/_+=.@-]+$/;

/** A name that ends like the suffix that Secrets Manager appends to the ARN cannot be told from a name with a suffix. */
const ENDS_LIKE_ARN_SUFFIX = /-[A-Za-z0-9]{6}$/;

const EXAMPLES = { environment: 'prod', service: 'payments' };

/** `prod/payments/` from the levels of a hierarchy. */
export function namePrefix(path: string, hierarchy: readonly NameLevel[], values: { environment: string; service: string }): string {
  for (const [kind, level] of [['ENVIRONMENT', NameLevel.ENVIRONMENT], ['SERVICE', NameLevel.SERVICE]] as const) {
    const times = hierarchy.filter(each => each === level).length;
    if (times !== 1) fail(path, `\`hierarchy\` must hold NameLevel.${kind} exactly once, got it ${times} times`);
  }
  return hierarchy.map(level => {
    if (level._kind === 'literal') return checkedLevel(path, 'hierarchy', level._value!);
    const kind = level._kind;
    return checkedLevel(path, kind, values[kind] ?? fail(path, `\`${kind}\` must be given, such as "${EXAMPLES[kind]}"`));
  }).join('/') + '/';
}

function checkedLevel(path: string, prop: string, value: string): string {
  if (!Token.isUnresolved(value) && !LEVEL.test(value ?? '')) {
    fail(path, `\`${prop}\` must be one level of a secret name (letters, digits and _+=.@-, no slash, not empty), `
      + `got ${JSON.stringify(value)}`);
  }
  return value;
}

/** The full name of the secret that serves `purpose`. */
export function nameOfPurpose(path: string, prefix: string, purpose: string): string {
  if (!Token.isUnresolved(purpose) && !purpose.split('/').every(level => LEVEL.test(level))) {
    fail(path, '`purpose` must be levels of letters, digits and _+=.@-, joined by single slashes, such as "stripe/api_key", '
      + `got ${JSON.stringify(purpose)}`);
  }
  const name = `${prefix}${purpose}`;
  requireLength(path, 'purpose', name);
  if (endsLikeArnSuffix(name)) {
    fail(path, `\`purpose\` must not end in a hyphen and six letters or digits, got ${JSON.stringify(purpose)}; `
      + 'Secrets Manager appends such a suffix to the ARN and would resolve a partial ARN to the wrong secret: '
      + `take another word or join with an underscore, as in ${JSON.stringify(purpose.replace(/-([A-Za-z0-9]{6})$/, '_$1'))}`);
  }
  return name;
}

/**
 * Fails unless `name` is a name that Secrets Manager accepts; the ambiguous ending is left to the caller, since a deployed name may have
 * it.
 */
export function requireSecretName(path: string, prop: string, name: string): void {
  if (Token.isUnresolved(name)) return;
  if (!SECRET_NAME.test(name)) {
    fail(path, `\`${prop}\` must be a secret name of letters, digits and /_+=.@-, got ${JSON.stringify(name)}`);
  }
  requireLength(path, prop, name);
}

function requireLength(path: string, prop: string, name: string): void {
  if (!Token.isUnresolved(name) && name.length > MAX_SECRET_NAME_LENGTH) {
    fail(path, `\`${prop}\` must give a name of at most ${MAX_SECRET_NAME_LENGTH} characters, got ${name.length}; shorten it`);
  }
}

/** For a name that is deployed already. */
export function warnOfAmbiguousName(secret: IConstruct, name: string): void {
  if (!endsLikeArnSuffix(name)) return;
  Annotations.of(secret).addWarningV2('cdk-managed-secrets:nameEndsLikeArnSuffix', `The name ${JSON.stringify(name)} ends in a hyphen and `
    + 'six characters, '
    + 'as ARNs of secrets do; a look-up by name or partial ARN may find the wrong secret. Use the complete ARN.');
}

function endsLikeArnSuffix(name: string): boolean {
  return !Token.isUnresolved(name) && ENDS_LIKE_ARN_SUFFIX.test(name);
}
