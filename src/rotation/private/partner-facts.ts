/** A metadata key of a partner. */
export interface MetadataKey {
  readonly required?: true;
  /** @default - every text */
  readonly value?: { readonly words: string; takes(text: string): boolean };
}

/** What AWS documents of one type of managed external secrets. */
export interface PartnerFacts {
  /** The exact text of `Type`. */
  readonly type: string;
  /** The page of AWS that says all this, below `mes-partner-`. */
  readonly page: string;
  /** Fields of the value; those that may be left out end with `?`. */
  readonly fields: readonly string[];
  readonly metadata: Readonly<Record<string, MetadataKey>>;
  /** The metadata key that says after how many days the credential dies, and what holds without it. */
  readonly lifetime?: { readonly key: string; readonly defaultDays?: number };
  /** Longest time between two rotations that Secrets Manager takes, in days. */
  readonly mostDays?: number;
}

/** By its key, a rotation uses the credentials of another secret. */
export const ADMIN_SECRET = 'adminSecretArn';

const ADMIN = { [ADMIN_SECRET]: {} };
const REQUIRED_ADMIN = { [ADMIN_SECRET]: { required: true } } as const;

const ATLAS_VERSION: MetadataKey = like(/^\d{4}-\d{2}-\d{2}$/, 'a date such as 2025-03-12');

function like(pattern: RegExp, words: string): MetadataKey {
  return { value: { words, takes: text => pattern.test(text) } };
}

function whole(unit: string, min: number, max = Infinity): MetadataKey {
  const words = `a whole number of ${unit} from ${min}${max === Infinity ? ' on' : ` to ${max}`}`;
  return { value: { words, takes: text => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max } };
}

/**
 * Each type whose metadata AWS documents on a page of its own.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/mes-partners.html
 */
export const PARTNERS = {
  bigIdClientSecret: { type: 'BigIDClientSecret', page: 'BigId', fields: ['hostname', 'refreshToken'], metadata: {} },
  confluentCloudApiKey: {
    type: 'ConfluentCloudApiKey',
    page: 'ConfluentCloudApiKey',
    fields: ['apiKey', 'apiSecret', 'serviceAccountId', 'resourceId?', 'environmentId?'],
    metadata: ADMIN,
  },
  databricksPat: {
    type: 'DatabricksPAT',
    page: 'DatabricksPAT',
    fields: ['token', 'tokenId', 'workspaceUrl', 'comment?'],
    metadata: { ...ADMIN, tokenLifetimeDays: whole('days', 1) },
    lifetime: { key: 'tokenLifetimeDays', defaultDays: 90 },
  },
  databricksSpSecret: {
    type: 'DatabricksSPSecret',
    page: 'DatabricksSPSecret',
    fields: ['accountId', 'servicePrincipalId', 'clientId', 'clientSecret', 'oauthSecretId'],
    metadata: { ...ADMIN, secretLifetimeDays: whole('days', 1, 730) },
    lifetime: { key: 'secretLifetimeDays', defaultDays: 730 },
  },
  datadogApiKey: { type: 'DatadogApiKey', page: 'DatadogApiKey', fields: ['apiKey', 'apiKeyId'], metadata: REQUIRED_ADMIN },
  datadogApplicationKey: {
    type: 'DatadogApplicationKey',
    page: 'DatadogApplicationKey',
    fields: ['appKey', 'appKeyId', 'serviceAccountId'],
    metadata: REQUIRED_ADMIN,
  },
  datadogAdminKey: {
    type: 'DatadogAdminKey',
    page: 'DatadogAdminKey',
    fields: ['adminApiKey', 'adminApiKeyId', 'adminAppKey', 'adminAppKeyId', 'serviceAccountId', 'site'],
    metadata: ADMIN,
  },
  gitLabAccessToken: {
    type: 'GitLabAccessToken',
    page: 'GitLabAccessToken',
    fields: ['token', 'tokenId', 'gitlabUrl', 'projectId?', 'groupId?'],
    metadata: { ...ADMIN, daysToExpiry: whole('days', 1, 365) },
    lifetime: { key: 'daysToExpiry' },
  },
  jenkinsApiToken: {
    type: 'JenkinsApiToken', page: 'JenkinsApiToken', fields: ['apiToken', 'tokenUuid', 'username', 'jenkinsUrl'], metadata: ADMIN,
  },
  mongoDbAtlasServiceAccount: {
    type: 'MongoDBAtlasServiceAccount',
    page: 'MongoDBAtlasServiceAccount',
    fields: ['clientId', 'clientSecret', 'orgId'],
    metadata: { ...ADMIN, apiVersion: ATLAS_VERSION },
  },
  mongoDbAtlasDatabaseUser: {
    type: 'MongoDBAtlasDatabaseUser',
    page: 'MongoDBAtlasDatabaseUser',
    fields: ['username', 'password', 'clusterUrl', 'databaseName', 'groupId'],
    metadata: { ...REQUIRED_ADMIN, apiVersion: ATLAS_VERSION },
  },
  netskopeApiToken: {
    type: 'NetskopeApiToken',
    page: 'NetskopeApiToken',
    fields: ['apiToken', 'tenantUrl', 'serviceAccountName'],
    metadata: {},
    mostDays: 350,
  },
  paddleApiKey: {
    type: 'PaddleApiKey',
    page: 'PaddleApiKey',
    fields: ['api_key'],
    metadata: { gracePeriodSeconds: whole('seconds', 0, 86_400) },
  },
  salesforceClientSecret: {
    type: 'SalesforceClientSecret',
    page: 'salesforce',
    fields: ['consumerKey', 'consumerSecret', 'baseUri', 'appId', 'consumerId'],
    metadata: { ...ADMIN, apiVersion: { ...like(/^v(6[5-9]|[7-9]\d|\d{3,})\.\d$/, 'v65.0 or newer'), required: true } },
  },
  snowflakeKeyPairAuthentication: {
    type: 'SnowflakeKeyPairAuthentication',
    page: 'Snowflake',
    fields: ['account', 'user', 'privateKey', 'publicKey', 'passphrase?'],
    metadata: {
      cryptographicAlgorithm: like(/^RS(256|384|512)$/, 'RS256, RS384 or RS512'),
      encryptPrivateKey: like(/^(true|false)$/i, 'true or false'),
    },
  },
  snowflakePat: {
    type: 'SnowflakePat',
    page: 'SnowflakePat',
    fields: ['account', 'user', 'privateKey', 'passphrase?', 'patTokenName', 'patTokenValue'],
    metadata: {
      daysToExpiry: whole('days', 1, 365),
      expireOldTokenAfterHours: whole('hours', 0, 720),
    },
    lifetime: { key: 'daysToExpiry', defaultDays: 15 },
  },
} as const satisfies Record<string, PartnerFacts>;
