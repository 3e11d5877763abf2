import { aws_logs as logs } from 'aws-cdk-lib';
import { escaped, type WatchedSecrets } from './watched-secrets';

/**
 * Who called: of a session the role, whose ARN is the same for all sessions. A caller of another account has no ARN in the record of the
 * owner's account, and a service has its name alone.
 */
const WHO = 'coalesce(userIdentity.sessionContext.sessionIssuer.arn, userIdentity.arn, userIdentity.invokedBy, userIdentity.principalId) as who';

/** `CreateSecret` has a name, and what the service does by itself an ARN in another place. */
const SECRET = 'coalesce(requestParameters.secretId, requestParameters.name, additionalEventData.SecretId) as secret';

/** A call to KMS on behalf of Secrets Manager names the secret in its encryption context. */
const SECRET_OF_KEY = 'requestParameters.encryptionContext.SecretARN';

const FROM_SECRETS_MANAGER = 'eventSource = "secretsmanager.amazonaws.com"';
const PERIOD = 'sortsFirst(eventTime) as first, sortsLast(eventTime) as last';

/** The questions that are saved, by the end of their names. */
export function auditQueries(secrets: WatchedSecrets): Record<string, logs.QueryStringProps> {
  const here = placeOf(secrets);
  const isOurs = `secret like /${idPattern(secrets)}/`;
  return {
    'who-read-what': {
      fields: [WHO, SECRET, 'errorCode'],
      filterStatements: [`${FROM_SECRETS_MANAGER} and eventName = "GetSecretValue"`, here, isOurs],
      statsStatements: [`count(*) as reads, ${PERIOD} by who, secret, errorCode`],
      sort: 'reads desc',
    },
    'reads-by-hour': {
      fields: [WHO, SECRET],
      filterStatements: [`${FROM_SECRETS_MANAGER} and eventName = "GetSecretValue"`, here, isOurs],
      statsStatements: ['count(*) as reads by bin(1h) as hour, who'],
      sort: 'hour desc',
    },
    'who-was-denied': {
      fields: [WHO, SECRET.replace(') as', `, ${SECRET_OF_KEY}) as`), 'eventName', 'errorMessage', '@timestamp'],
      filterStatements: ['errorCode like /AccessDenied/', here, `${isOurs} or (eventName = "BatchGetSecretValue" and @message like /${batchPattern(secrets)}/)`],
      statsStatements: [`count(*) as denials, ${PERIOD}, latest(errorMessage) as reason by who, eventName, secret`],
      sort: 'denials desc',
    },
    'who-changed': {
      fields: ['eventTime', WHO, 'eventName', SECRET, 'errorCode', 'sourceIPAddress', 'eventID'],
      filterStatements: [`${FROM_SECRETS_MANAGER} and eventName not like /^(Get|List|Describe|BatchGet|Validate)/`, here, isOurs],
      sort: 'eventTime desc',
      limit: 1000,
    },
  };
}

/** A trail may be that of all regions, or of an organization; the record of a call from another account is in that of the secret too. */
function placeOf({ env, regions }: WatchedSecrets): string {
  return `awsRegion in [${regions.map(each => `"${each}"`).join(', ')}] and recipientAccountId = "${env.account}"`;
}

const ARN = 'arn:[^:]+:secretsmanager:[^:]*:[^:]*:secret:';

/**
 * A caller writes the name of a secret, its ARN, or its ARN without the six characters at the end, and the record has what the caller wrote.
 * A name is anchored at both ends, so that neither `prod/payments` nor `old/prod/pay/key` is taken for one below `prod/pay/`.
 */
function idPattern({ prefix, names }: WatchedSecrets): string {
  return prefix === undefined ? `^(${whole(names)})$` : `^(${ARN})?${escaped(prefix)}`;
}

function whole(names: string[]): string {
  return names.map(escaped).map(name => `${name}|${ARN}${name}(-[A-Za-z0-9]{6})?`).join('|');
}

/** A refused batch has no record for each secret, but a list of what the caller wrote; quotes inside of a value are escaped in a record. */
function batchPattern({ prefix, names }: WatchedSecrets): string {
  const id = prefix === undefined ? `(${whole(names)})"` : `(${ARN})?${escaped(prefix)}`;
  return `"(secretIdList|values)":\\s*\\[[^\\]]*"${id}`;
}
