import { PolicyDocument, policyOf } from './policy';

function allow(actions: string[]): PolicyDocument {
  return policyOf({ Effect: 'Allow', Action: actions, Resource: '*' });
}

const WRITE_LOGS = ['logs:CreateLogStream', 'logs:PutLogEvents'];

/**
 * The AWS managed policies that roles of CDK apps have, by the last part of their ARN.
 *
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const AWS_MANAGED_POLICIES: Record<string, PolicyDocument> = {
  'AdministratorAccess': allow(['*']),
  'service-role/AWSLambdaBasicExecutionRole': allow(['logs:CreateLogGroup', ...WRITE_LOGS]),
  'service-role/AWSLambdaVPCAccessExecutionRole': allow([
    'logs:CreateLogGroup', ...WRITE_LOGS,
    'ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses',
  ]),
  'service-role/AmazonECSTaskExecutionRolePolicy': allow([
    'ecr:GetAuthorizationToken', 'ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage', ...WRITE_LOGS,
  ]),
};

/** The document of an AWS managed policy, or nothing when the ARN is not one of those known here. */
export function awsManagedPolicy(arn: string): PolicyDocument | undefined {
  const [, name] = /^arn:[^:]+:iam::aws:policy\/(.+)$/.exec(arn) ?? [];
  return name === undefined ? undefined : AWS_MANAGED_POLICIES[name];
}

/**
 * The policy of the AWS managed key `aws/secretsmanager`: the principals of the account may use it, through Secrets Manager only.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html#security-encryption-policies
 */
export function awsManagedKeyPolicy(env: { account: string; region: string; partition: string }): PolicyDocument {
  return policyOf(
    {
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:CreateGrant', 'kms:DescribeKey'],
      Resource: '*',
      Condition: { StringEquals: { 'kms:CallerAccount': env.account, 'kms:ViaService': `secretsmanager.${env.region}.amazonaws.com` } },
    },
    {
      Effect: 'Allow',
      Principal: { AWS: `arn:${env.partition}:iam::${env.account}:root` },
      Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
      Resource: '*',
    },
  );
}
