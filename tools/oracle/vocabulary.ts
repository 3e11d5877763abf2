/** The words of which generated policies and requests consist: few, so that they meet. */

export const ACCOUNT = '111122223333';
export const OTHER_ACCOUNT = '444455556666';

export const SECRET = `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:prod/payments-AbCdEf`;
export const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
export const RESOURCES = [SECRET, `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:dev/payments-AbCdEf`, KEY];

export const ACTIONS = {
  secret: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
  key: ['kms:Decrypt', 'kms:GenerateDataKey'],
};

/** Of policies; the first ones match most. */
export const ACTION_PATTERNS = ['*', 'secretsmanager:*', 'kms:*', 'secretsmanager:GetSecretValue', 'SecretsManager:getsecretvalue', 'secretsmanager:Get*',
  'secretsmanager:?utSecretValue', 'kms:Decrypt', 'kms:*Data*', 's3:GetObject'];

export const RESOURCE_PATTERNS = ['*', SECRET, KEY, 'arn:aws:secretsmanager:*:*:secret:*', `arn:aws:kms:*:${ACCOUNT}:key/*`,
  `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:prod/payments-??????`, `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:\${aws:PrincipalTag/team}/*`,
  `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:\${aws:PrincipalTag/team, 'prod'}/*`, 'arn:aws:secretsmanager:*', 'arn:aws:secretsmanager:*:secret:prod/*',
  'arn:aws:secretsmanager', `arn:aws:secretsmanager:eu*1:${ACCOUNT}:secret:prod/*`, `arn:aws:secretsmanager:eu-west-?:${ACCOUNT}:secret:*`,
  `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:\${*}`, 'arn:aws:secretsmanager:e*1:secret:prod/*', `arn:aws:secretsmanager:eu-west-1:${OTHER_ACCOUNT}:secret:*`];

/** What an operator compares. */
export type Type = 'string' | 'number' | 'date' | 'boolean' | 'binary' | 'address' | 'arn';

export const OPERATORS: Record<Type, string[]> = {
  string: ['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', 'StringLike', 'StringNotLike'],
  number: ['NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericLessThanEquals', 'NumericGreaterThan', 'NumericGreaterThanEquals'],
  date: ['DateEquals', 'DateNotEquals', 'DateLessThan', 'DateLessThanEquals', 'DateGreaterThan', 'DateGreaterThanEquals'],
  boolean: ['Bool'],
  binary: ['BinaryEquals'],
  address: ['IpAddress', 'NotIpAddress'],
  arn: ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'],
};

export const ROLE_NAME = 'Reader';
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/${ROLE_NAME}`;
export const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/${ROLE_NAME}/morning`;
export const USER = `arn:aws:iam::${ACCOUNT}:user/carlos`;

/** Values of requests, by type; those of policies are these and `PATTERNS`. */
export const VALUES: Record<Type, string[]> = {
  string: ['prod', 'dev', 'PROD', 'vpce-1', 'p*d', ''],
  number: ['7', '30', '7.0', '10.0', '-1'],
  date: ['2026-01-01T00:00:00Z', '2026-06-30T12:00:00+02:00', '2026-06-30T10:00:00.000Z', '1767225600', '2026-01-01'],
  boolean: ['true', 'false'],
  binary: ['QmluYXJ5', 'AAAA'],
  address: ['203.0.113.7', '10.0.0.1', '2001:db8::1', '2001:db8:1234:5678::1'],
  arn: [ROLE, USER, SECRET, `arn:aws:sns:eu-west-1:${ACCOUNT}:topic`],
};

export const PATTERNS: Record<Type, string[]> = {
  string: ['p*', '?ev', '*', '${aws:PrincipalTag/team}', '${aws:PrincipalTag/team, \'prod\'}', '${aws:username}', 'p${*}d', 'vpce-${?}', '${$}'],
  number: ['10', '0'],
  date: ['2025-12-31', '2026-12-31T00:00:00Z'],
  boolean: [],
  binary: [],
  address: ['203.0.113.0/24', '0.0.0.0/0', '::/0', '2001:db8::/32', '2001:DB8:1234:5678::/64', '2001:db8:0:0:0:0:0:1', '10.0.0.0/33', '203.0.113.7/32'],
  arn: [`arn:aws:iam::${ACCOUNT}:role/*`, 'arn:aws:iam::*:role/Reader', 'arn:aws:*:*:*:*', '*', 'arn:aws:iam::${aws:PrincipalAccount}:*', 'arn:aws:sns:*'],
};

/** Context keys by what they hold, and whether they have several values. */
export const KEYS: ReadonlyArray<{ readonly key: string; readonly type: Type; readonly several?: true }> = [
  { key: 'aws:PrincipalTag/team', type: 'string' },
  { key: 'aws:SourceVpce', type: 'string' },
  { key: 'kms:EncryptionContext:SecretARN', type: 'string' },
  { key: 'secretsmanager:VersionStage', type: 'string' },
  { key: 'aws:TagKeys', type: 'string', several: true },
  { key: 'aws:CalledVia', type: 'string', several: true },
  { key: 'secretsmanager:RecoveryWindowInDays', type: 'number' },
  { key: 'aws:CurrentTime', type: 'date' },
  { key: 'aws:SecureTransport', type: 'boolean' },
  { key: 'aws:BinaryKey', type: 'binary' },
  { key: 'aws:SourceIp', type: 'address' },
  { key: 'aws:PrincipalArn', type: 'arn' },
  { key: 'aws:SourceArn', type: 'arn' },
];
