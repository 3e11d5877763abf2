import { aws_logs as logs, type aws_secretsmanager as secretsmanager, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { auditQueries } from './private/audit-queries';
import { requireOwnRegion, type WatchedSecrets, watchedSecrets } from './private/watched-secrets';
import type { ISecretNamespace } from '../namespace/secret-namespace-props';
import { fail, pathOf } from '../private/errors';
import { withInjected } from '../private/property-injection';

/** Properties of `SecretAudit`. */
export interface SecretAuditProps {
  /**
   * The log group to which a trail of CloudTrail writes, with management events, reads included. The trail may be that of all regions or
   * of an organization. It must be of this stack's account and region.
   */
  readonly trailLogGroup: logs.ILogGroup;

  /**
   * The namespace whose secrets are asked about, all of them below its prefix, also those that come later.
   *
   * @default - `secrets` must be given
   */
  readonly namespace?: ISecretNamespace;

  /**
   * The secrets that are asked about, of one account and region. Their names must be known at synthesis.
   *
   * @default - `namespace` must be given
   */
  readonly secrets?: secretsmanager.ISecret[];

  /**
   * The folder of the saved queries in the console. A slash makes a folder in it.
   *
   * @default - `secrets/` and the prefix of the namespace, or the path of this construct for named secrets
   */
  readonly folder?: string;
}

/**
 * Saved queries of CloudWatch Logs Insights over a trail: *who read what*, *reads by hour*, *who was denied*, *who changed*.
 *
 * They find a secret whether the caller wrote its name, its ARN, or its ARN without the suffix, and name the role of a session.
 * `BatchGetSecretValue` writes one record for each secret that it read, so that its reads count as others do. A query costs by the bytes that it scans, and
 * nothing while it is not run.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData_LogsInsights.html
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieve-ct-entries.html
 */
export class SecretAudit extends Construct {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.SecretAudit';

  /** The names of the saved queries, by which the console finds them. */
  public readonly queryNames: string[];

  constructor(scope: Construct, id: string, props: SecretAuditProps) {
    props = withInjected(SecretAudit.PROPERTY_INJECTION_ID, scope, id, props);
    const path = pathOf(scope, id);
    if (props.trailLogGroup === undefined) {
      fail(path, '`trailLogGroup` must be given, because CloudTrail is where the calls are recorded; give the log group of a trail');
    }
    requireOwnRegion(path, 'trailLogGroup', Stack.of(scope), props.trailLogGroup.env);
    const secrets = watchedSecrets(path, props);
    const folder = props.folder ?? folderOf(path, secrets);
    requireFolder(path, folder);
    super(scope, id);
    const queries = Object.entries(auditQueries(secrets));
    this.queryNames = queries.map(([name]) => `${folder}/${name}`);
    queries.forEach(([name, query]) => new logs.QueryDefinition(this, name, {
      queryDefinitionName: `${folder}/${name}`, queryString: new logs.QueryString(query), logGroups: [props.trailLogGroup],
    }));
  }
}

function folderOf(path: string, { prefix }: WatchedSecrets): string {
  return `secrets/${prefix?.replace(/\/$/, '') ?? path}`;
}

/** A name of a query has at most 255 characters, of which ours takes some. */
function requireFolder(path: string, folder: string): void {
  if (!/^[^/].{0,238}[^/]$/.test(folder)) {
    fail(path, `\`folder\` must have 2 to 240 characters and neither begin nor end with a slash, got ${JSON.stringify(folder)}; write another`);
  }
}
