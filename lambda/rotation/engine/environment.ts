import { RotationError } from './errors';
import { LEGACY_AUTHENTICATIONS, LegacyAuthenticationName, ROTATION_ENVIRONMENT } from '../../../src/rotation/contract/environment';
import type { PasswordRules } from '../../../src/rotation/contract/passwords';
import { ROTATION_STRATEGIES, RotationStrategyName } from '../../../src/rotation/contract/strategies';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment variables of a rotation function, read. */
export interface RotationSettings {
  readonly strategy: RotationStrategyName;
  readonly passwordPolicy: PasswordRules;
  /** PEM bundles. */
  readonly ca: readonly string[];
  readonly serverName?: string;
  readonly legacyAuthentication: readonly LegacyAuthenticationName[];
  /** The superuser secret, of secrets that do not name theirs. */
  readonly superuserArn?: string;
}

/** The defaults of AWS's own functions; `:` is what their PostgreSQL function adds, for it splits connection strings. */
const DEFAULT_EXCLUDED_CHARACTERS = '/@"\'\\:';
const DEFAULT_LENGTH = '32';

const TRUE = ['true', '1', 'y', 'yes'];
const FALSE = ['false', '0', 'n', 'no', ''];

/** Reads the variables, and refuses what it does not understand: a policy that is ignored is found out too late. */
export function settingsIn(environment: Environment): RotationSettings {
  const names = ROTATION_ENVIRONMENT;
  const ca = environment[names.TLS_CA_BUNDLE];
  return {
    strategy: strategyIn(environment),
    passwordPolicy: {
      length: Number(environment[names.PASSWORD_LENGTH] || DEFAULT_LENGTH),
      excludeCharacters: environment[names.EXCLUDE_CHARACTERS] ?? DEFAULT_EXCLUDED_CHARACTERS,
      numbers: !flagIn(environment, names.EXCLUDE_NUMBERS, false),
      punctuation: !flagIn(environment, names.EXCLUDE_PUNCTUATION, false),
      uppercase: !flagIn(environment, names.EXCLUDE_UPPERCASE, false),
      lowercase: !flagIn(environment, names.EXCLUDE_LOWERCASE, false),
      requireEachIncludedType: flagIn(environment, names.REQUIRE_EACH_INCLUDED_TYPE, true),
    },
    ca: ca ? [ca] : [],
    serverName: environment[names.TLS_SERVER_NAME] || undefined,
    legacyAuthentication: legacyAuthenticationIn(environment),
    superuserArn: environment[names.SUPERUSER_SECRET_ARN] || undefined,
  };
}

function strategyIn(environment: Environment): RotationStrategyName {
  const name = environment[ROTATION_ENVIRONMENT.ROTATION_STRATEGY] || 'singleUser';
  const strategy = ROTATION_STRATEGIES.find(known => known === name);
  if (!strategy) {
    throw new RotationError('configuration', `\`${ROTATION_ENVIRONMENT.ROTATION_STRATEGY}\` must be one of `
      + `${ROTATION_STRATEGIES.join(', ')}; correct the environment of the function`);
  }
  return strategy;
}

function legacyAuthenticationIn(environment: Environment): LegacyAuthenticationName[] {
  const name = ROTATION_ENVIRONMENT.LEGACY_AUTHENTICATION;
  return (environment[name] ?? '').split(',').filter(text => text !== '').map((text) => {
    const known = LEGACY_AUTHENTICATIONS.find(each => each === text);
    if (known) return known;
    throw new RotationError('configuration', `\`${name}\` must hold none but ${LEGACY_AUTHENTICATIONS.join(', ')}; correct the environment `
      + 'of the function');
  });
}

function flagIn(environment: Environment, name: string, absent: boolean): boolean {
  const value = environment[name]?.toLowerCase();
  if (value === undefined) return absent;
  if (TRUE.includes(value)) return true;
  if (FALSE.includes(value)) return false;
  throw new RotationError('configuration', `\`${name}\` must be true or false; correct the environment of the function`);
}
