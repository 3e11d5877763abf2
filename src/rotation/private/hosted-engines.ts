import type { RotationStrategyName } from '../contract/strategies';

/** What is known of the rotation functions that AWS hosts for one engine. */
export interface HostedEngine {
  /** `RotationType` of `HostedRotationLambda`, by strategy. */
  readonly types: { readonly [strategy in RotationStrategyName]?: string };
  /** What the functions exclude from a password when nobody says what: they break on it, or the server does. */
  readonly excludeCharacters: string;
  /** Characters of each new password. No parameter changes it. */
  readonly passwordLength: number;
  /** How they log in: as `ssl` in the value says, or as they always do. */
  readonly tls: 'as the value says' | 'server not verified' | 'never';
  /** The longest name of the other one of two users, and what it adds to that of the first. */
  readonly clone: { readonly suffix: string; readonly max: number };
  /** The value must hold `dbname`. */
  readonly needsDatabaseName?: boolean;
  /** The port at which the server expects no TLS, beside another for it. */
  readonly plaintextPort?: number;
}

const COMMON = { excludeCharacters: '/@"\'\\', passwordLength: 32, tls: 'as the value says' } as const;

/**
 * By the value of `engine` in a secret.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-secretsmanager-rotationschedule-hostedrotationlambda.html
 * @see https://github.com/aws-samples/aws-secrets-manager-rotation-lambdas
 */
export const HOSTED_ENGINES: Readonly<Record<string, HostedEngine>> = {
  postgres: { ...COMMON, types: typesOf('PostgreSQL'), clone: { suffix: '_clone', max: 63 } },
  mysql: { ...COMMON, types: typesOf('MySQL'), clone: { suffix: '_clone', max: 16 } },
  mariadb: { ...COMMON, types: typesOf('MariaDB'), clone: { suffix: '_clone', max: 80 } },
  sqlserver: { ...COMMON, types: typesOf('SQLServer'), clone: { suffix: '_clone', max: 128 } },
  oracle: {
    ...COMMON,
    types: typesOf('Oracle'),
    passwordLength: 30,
    clone: { suffix: '_CLONE', max: 30 },
    needsDatabaseName: true,
    plaintextPort: 1521,
  },
  mongo: { ...COMMON, types: typesOf('MongoDB'), clone: { suffix: '_clone', max: 128 } },
  redshift: {
    types: typesOf('Redshift'),
    excludeCharacters: `${COMMON.excludeCharacters}:`,
    passwordLength: 32,
    tls: 'server not verified',
    clone: { suffix: '_clone', max: 127 },
  },
  // The function of a single user logs in as the superuser too.
  db2: {
    types: { superuserSets: 'Db2SingleUser', alternatingUsers: 'Db2MultiUser' },
    excludeCharacters: `${COMMON.excludeCharacters};`,
    passwordLength: 32,
    tls: 'never',
    clone: { suffix: '_clone', max: 16 },
  },
};

function typesOf(engine: string): HostedEngine['types'] {
  return { singleUser: `${engine}SingleUser`, alternatingUsers: `${engine}MultiUser` };
}
