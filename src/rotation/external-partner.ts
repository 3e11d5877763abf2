import { PARTNERS, type PartnerFacts } from './private/partner-facts';

/**
 * Who holds a managed external secret, and what: the type by which Secrets Manager knows how to rotate it there.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/mes-partners.html
 */
export class ExternalPartner {
  /** A refresh token of BigID. */
  public static readonly BIGID_CLIENT_SECRET = new ExternalPartner(PARTNERS.bigIdClientSecret);

  /** An API key of a service account of Confluent Cloud; by the key itself, or by that of `adminSecret`. */
  public static readonly CONFLUENT_CLOUD_API_KEY = new ExternalPartner(PARTNERS.confluentCloudApiKey);

  /** A personal access token of Databricks. Metadata: `tokenLifetimeDays`. */
  public static readonly DATABRICKS_PAT = new ExternalPartner(PARTNERS.databricksPat);

  /** The OAuth secret of a service principal of Databricks. Metadata: `secretLifetimeDays`. */
  public static readonly DATABRICKS_SP_SECRET = new ExternalPartner(PARTNERS.databricksSpSecret);

  /** An API key of Datadog. Needs `adminSecret`, of `DATADOG_ADMIN_KEY`. */
  public static readonly DATADOG_API_KEY = new ExternalPartner(PARTNERS.datadogApiKey);

  /** An application key of Datadog. Needs `adminSecret`, of `DATADOG_ADMIN_KEY` and the same service account. */
  public static readonly DATADOG_APPLICATION_KEY = new ExternalPartner(PARTNERS.datadogApplicationKey);

  /** The pair of keys that administers Datadog; by itself, or by that of `adminSecret`. */
  public static readonly DATADOG_ADMIN_KEY = new ExternalPartner(PARTNERS.datadogAdminKey);

  /**
   * A personal, project or group access token of GitLab. Metadata: `daysToExpiry`. An instance of your own must be reached from Secrets
   * Manager.
   */
  public static readonly GITLAB_ACCESS_TOKEN = new ExternalPartner(PARTNERS.gitLabAccessToken);

  /** An API token of Jenkins, which must be reached from Secrets Manager. */
  public static readonly JENKINS_API_TOKEN = new ExternalPartner(PARTNERS.jenkinsApiToken);

  /** A service account of MongoDB Atlas. Metadata: `apiVersion`. */
  public static readonly MONGODB_ATLAS_SERVICE_ACCOUNT = new ExternalPartner(PARTNERS.mongoDbAtlasServiceAccount);

  /** A database user of MongoDB Atlas. Needs `adminSecret`, of `MONGODB_ATLAS_SERVICE_ACCOUNT`. Metadata: `apiVersion`. */
  public static readonly MONGODB_ATLAS_DATABASE_USER = new ExternalPartner(PARTNERS.mongoDbAtlasDatabaseUser);

  /** An API token of Netskope, which is rotated every 350 days at least. */
  public static readonly NETSKOPE_API_TOKEN = new ExternalPartner(PARTNERS.netskopeApiToken);

  /** An API key of Paddle. Metadata: `gracePeriodSeconds`. */
  public static readonly PADDLE_API_KEY = new ExternalPartner(PARTNERS.paddleApiKey);

  /** The client secret of an external client app of Salesforce. Metadata: `apiVersion`, which must be given. */
  public static readonly SALESFORCE_CLIENT_SECRET = new ExternalPartner(PARTNERS.salesforceClientSecret);

  /** A key pair of a user of Snowflake. Metadata: `cryptographicAlgorithm`, `encryptPrivateKey`. */
  public static readonly SNOWFLAKE_KEY_PAIR_AUTHENTICATION = new ExternalPartner(PARTNERS.snowflakeKeyPairAuthentication);

  /** A programmatic access token of Snowflake. Metadata: `daysToExpiry`, `expireOldTokenAfterHours`. */
  public static readonly SNOWFLAKE_PAT = new ExternalPartner(PARTNERS.snowflakePat);

  /**
   * Another type. Its metadata and its value are not checked.
   *
   * @param type the exact text, such as `CiscoSecurityPlatformApiKey`
   */
  public static of(type: string): ExternalPartner {
    return new ExternalPartner(Object.values(PARTNERS).find(each => each.type === type) ?? { type });
  }

  /** The exact text of the type. */
  public readonly type: string;

  private constructor(private readonly facts: PartnerFacts | Pick<PartnerFacts, 'type'>) {
    this.type = facts.type;
  }

  /**
   * What AWS documents of it; absent for a type that this library does not know.
   *
   * @internal
   */
  public get _facts(): PartnerFacts | undefined {
    return 'page' in this.facts ? this.facts : undefined;
  }
}
