/** IAM action lists, by the name of the permission that they make up. */

/** Read the value and what describes it. */
export const SECRET_READ = ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'];

/** Store a new value and move staging labels. Not `UpdateSecret`, which could exchange the key. */
export const SECRET_WRITE = ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'];

/** What a rotation function calls on its secret. */
export const SECRET_ROTATE = [
  'secretsmanager:DescribeSecret',
  'secretsmanager:GetSecretValue',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecretVersionStage',
];

/** Operate a secret without seeing or setting its value, its key or its policy. */
export const SECRET_MANAGE = [
  'secretsmanager:DescribeSecret',
  'secretsmanager:GetResourcePolicy',
  'secretsmanager:ListSecretVersionIds',
  'secretsmanager:RestoreSecret',
];

/** Separate from the rest because only these actions know the condition that protects tags. */
export const SECRET_TAG = ['secretsmanager:TagResource', 'secretsmanager:UntagResource'];

/** Delete with a recovery window. Separate because only this action knows the condition that keeps the window. */
export const SECRET_DELETE = ['secretsmanager:DeleteSecret'];

/** Rotate now. Separate from the rest because only this action knows the condition that protects the rotation rules. */
export const SECRET_ROTATE_NOW = ['secretsmanager:RotateSecret'];

/** What CloudFormation calls to change a secret and its resource policy. */
export const SECRET_DEPLOY = ['secretsmanager:DescribeSecret', 'secretsmanager:UpdateSecret', 'secretsmanager:PutResourcePolicy'];

/**
 * What it also calls: for tags, replicas, rotation schedules, attachments and dynamic references, and when a policy goes. Not
 * `DeleteSecret`.
 */
export const SECRET_DEPLOY_PERHAPS = [
  'secretsmanager:CancelRotateSecret',
  'secretsmanager:DeleteResourcePolicy',
  'secretsmanager:GetResourcePolicy',
  'secretsmanager:GetSecretValue',
  'secretsmanager:PutSecretValue',
  'secretsmanager:RemoveRegionsFromReplication',
  'secretsmanager:ReplicateSecretToRegions',
  'secretsmanager:RotateSecret',
  'secretsmanager:TagResource',
  'secretsmanager:UntagResource',
];

/** Has no resource type: the values still need `GetSecretValue` on each secret. */
export const SECRET_BATCH_READ = ['secretsmanager:BatchGetSecretValue'];

/** Has no resource type either, and discloses nothing. */
export const RANDOM_PASSWORD = ['secretsmanager:GetRandomPassword'];

/** How a client gets and stores a value. Not `UpdateSecret`, which CloudFormation calls from its own network to deploy a secret. */
export const SECRET_VALUE_ACCESS = ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'];

export const KMS_DECRYPT = ['kms:Decrypt'];

/** `Decrypt` because `PutSecretValue` verifies an existing version, `GenerateDataKey` because each version has its own data key. */
export const KMS_ENCRYPT_VERSION = ['kms:Decrypt', 'kms:GenerateDataKey'];

/**
 * What Secrets Manager asks of a key on behalf of its caller. `Encrypt` is needed when a secret moves to this key:
 * without it `UpdateSecret` leaves the existing versions under the old one.
 */
export const KMS_USE_BY_SECRETS_MANAGER = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'];

/** Administration of a key: no cryptographic action and no `CreateGrant`, with which an administrator could grant himself one. */
export const KMS_ADMINISTRATION = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListKeyRotations',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:RotateKeyOnDemand',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
];

/** Makes a replica of a primary key in another region. */
export const KMS_REPLICATION = ['kms:ReplicateKey'];

/** See that a secret is a replica, and make it a standalone secret. The value is not read. */
export const REPLICA_PROMOTE = ['secretsmanager:DescribeSecret', 'secretsmanager:StopReplicationToReplica'];

/** Has no resource type: it tells names, tags and dates of all secrets of the account and region, and no value. */
export const SECRET_LIST = ['secretsmanager:ListSecrets'];

/** The replication status, without the value. */
export const SECRET_DESCRIBE = ['secretsmanager:DescribeSecret'];

export const AUTOMATION_START = ['ssm:StartAutomationExecution'];

export const ROLE_PASS = ['iam:PassRole'];

/** How Lambda attaches a function to a VPC. */
export const NETWORK_INTERFACE = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

/** How a service puts a message into a topic. */
export const TOPIC_PUBLISH = ['sns:Publish'];

/** What a publisher asks of the key of a topic: one data key a message, or one that it has already. */
export const KMS_PUBLISH = ['kms:Decrypt', 'kms:GenerateDataKey*'];

/** What CloudWatch Logs asks of the key of a log group. */
export const KMS_STORE_LOGS = ['kms:Decrypt*', 'kms:Encrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'];

/** How EventBridge puts away what it could not deliver. */
export const QUEUE_SEND = ['sqs:SendMessage'];

/** How a reader takes messages from a queue. */
export const QUEUE_RECEIVE = ['sqs:ReceiveMessage', 'sqs:DeleteMessage'];

/** How EventBridge writes an event to a log group. */
export const LOG_PUT = ['logs:CreateLogStream', 'logs:PutLogEvents'];

/** Change the description of a function, and see whether the change has taken effect. */
export const FUNCTION_RESTART = ['lambda:UpdateFunctionConfiguration', 'lambda:GetFunctionConfiguration'];

/** Look at the deployments of a service, and begin one. */
export const SERVICE_REDEPLOY = ['ecs:DescribeServices', 'ecs:UpdateService'];

/** How EventBridge sends events to another bus. */
export const EVENTS_PUT = ['events:PutEvents'];

/** How EventBridge starts a state machine. */
export const MACHINE_START = ['states:StartExecution'];

/** Cancel a deletion. */
export const SECRET_RESTORE = ['secretsmanager:DescribeSecret', 'secretsmanager:RestoreSecret'];

/** Without these conditions `RotateSecret` could also exchange the rotation function and the schedule. */
export const ROTATE_NOW_CONDITIONS = {
  Null: { 'secretsmanager:RotationLambdaARN': 'true' },
  BoolIfExists: { 'secretsmanager:ModifyRotationRules': 'false' },
};

/** A condition says which label. */
export const SECRET_STAGE_MOVE = ['secretsmanager:UpdateSecretVersionStage'];

/** Take a resource policy away. */
export const POLICY_DELETE = ['secretsmanager:DeleteResourcePolicy'];

/** Look at a resource policy, and take away one that has no statement left. */
export const POLICY_CHANGE = ['secretsmanager:GetResourcePolicy', ...POLICY_DELETE];

/** Separate because only this action knows the condition that refuses a public policy. */
export const POLICY_PUT = ['secretsmanager:PutResourcePolicy'];

/** `RotateSecret` asks for it on the rotation function. */
export const FUNCTION_INVOKE = ['lambda:InvokeFunction'];

/** What IAM Roles Anywhere does to take on a role for a certificate. */
export const ROLE_TAKEN_ON_ANYWHERE = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];

/** Compare the resources of a stack with its template. */
export const DRIFT_DETECT = [
  'cloudformation:DescribeStackResourceDrifts',
  'cloudformation:DescribeStackResources',
  'cloudformation:DescribeStacks',
  'cloudformation:DetectStackDrift',
  'cloudformation:DetectStackResourceDrift',
];

/** What that comparison asks without naming a resource. */
export const DRIFT_DETECT_ANY = ['cloudformation:DescribeStackDriftDetectionStatus', 'kms:ListAliases'];

/** What CloudFormation reads of a secret, its policy and its schedule to compare them. */
export const SECRET_LOOK = ['secretsmanager:DescribeSecret', 'secretsmanager:GetResourcePolicy', 'secretsmanager:ListSecretVersionIds'];

/** What CloudFormation reads of a key to compare it. */
export const KEY_LOOK = ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:GetKeyRotationStatus', 'kms:ListResourceTags'];

/** The two ways in which Parameter Store answers for a secret. `GetParametersByPath` and `GetParameterHistory` do not. */
export const PARAMETER_READ = ['ssm:GetParameter', 'ssm:GetParameters'];

/** What names the key of a secret in the request. */
export const SECRET_KEY_CHOICE = ['secretsmanager:CreateSecret', 'secretsmanager:UpdateSecret'];

/** How Secrets Manager encrypts a version, or moves it to another key. */
export const KMS_ENCRYPT = ['kms:Encrypt', 'kms:GenerateDataKey'];

/** What makes a key useless, opens it, or changes how policies find it. */
export const KMS_CHANGE = [
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:PutKeyPolicy',
  'kms:ReplicateKey',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdatePrimaryRegion',
];

/** What leads an alias to another key. */
export const KMS_ALIAS_CHANGE = ['kms:CreateAlias', 'kms:DeleteAlias', 'kms:UpdateAlias'];

/** Log in to a cache with a token of IAM: on the cache and on the user. */
export const CACHE_CONNECT = { ELASTICACHE: 'elasticache:Connect', MEMORYDB: 'memorydb:Connect' } as const;
