import { ExternalPartner } from 'cdk-managed-secrets';

/**
 * What AWS documents of each partner: type, metadata that must be given, metadata that may be. Read on the page of each,
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/mes-partners.html
 */
export const DOCUMENTED: [ExternalPartner, string, string[], string[]][] = [
  [ExternalPartner.BIGID_CLIENT_SECRET, 'BigIDClientSecret', [], []],
  [ExternalPartner.CONFLUENT_CLOUD_API_KEY, 'ConfluentCloudApiKey', [], ['adminSecretArn']],
  [ExternalPartner.DATABRICKS_PAT, 'DatabricksPAT', [], ['adminSecretArn', 'tokenLifetimeDays']],
  [ExternalPartner.DATABRICKS_SP_SECRET, 'DatabricksSPSecret', [], ['adminSecretArn', 'secretLifetimeDays']],
  [ExternalPartner.DATADOG_API_KEY, 'DatadogApiKey', ['adminSecretArn'], []],
  [ExternalPartner.DATADOG_APPLICATION_KEY, 'DatadogApplicationKey', ['adminSecretArn'], []],
  [ExternalPartner.DATADOG_ADMIN_KEY, 'DatadogAdminKey', [], ['adminSecretArn']],
  [ExternalPartner.GITLAB_ACCESS_TOKEN, 'GitLabAccessToken', [], ['adminSecretArn', 'daysToExpiry']],
  [ExternalPartner.JENKINS_API_TOKEN, 'JenkinsApiToken', [], ['adminSecretArn']],
  [ExternalPartner.MONGODB_ATLAS_SERVICE_ACCOUNT, 'MongoDBAtlasServiceAccount', [], ['adminSecretArn', 'apiVersion']],
  [ExternalPartner.MONGODB_ATLAS_DATABASE_USER, 'MongoDBAtlasDatabaseUser', ['adminSecretArn'], ['apiVersion']],
  [ExternalPartner.NETSKOPE_API_TOKEN, 'NetskopeApiToken', [], []],
  [ExternalPartner.PADDLE_API_KEY, 'PaddleApiKey', [], ['gracePeriodSeconds']],
  [ExternalPartner.SALESFORCE_CLIENT_SECRET, 'SalesforceClientSecret', ['apiVersion'], ['adminSecretArn']],
  [ExternalPartner.SNOWFLAKE_KEY_PAIR_AUTHENTICATION, 'SnowflakeKeyPairAuthentication', [], ['cryptographicAlgorithm', 'encryptPrivateKey']],
  [ExternalPartner.SNOWFLAKE_PAT, 'SnowflakePat', [], ['daysToExpiry', 'expireOldTokenAfterHours']],
];

/** A good value of each key. */
export const METADATA: Record<string, string> = {
  apiVersion: '2025-03-12',
  tokenLifetimeDays: '90',
  secretLifetimeDays: '730',
  daysToExpiry: '60',
  gracePeriodSeconds: '0',
  cryptographicAlgorithm: 'RS512',
  encryptPrivateKey: 'True',
  expireOldTokenAfterHours: '720',
};
