import { createHash } from 'crypto';
import type { Environment } from './resolved-stack';
import { textOf } from './unknown';

/** A resource as its physical id sees it: where it is, and its properties with concrete values. */
export interface ResourceIdentity {
  readonly type: string;
  readonly logicalId: string;
  readonly stackName: string;
  readonly environment: Environment;
  readonly property: (name: string) => unknown;
}

/** How CloudFormation names the resources of one type. */
interface Naming {
  /** The name or id; without it, `<stack>-<logical id>-<12 characters>`, or the property that names the type. */
  readonly id?: (resource: ResourceIdentity) => string;
  readonly arn?: (resource: ResourceIdentity, id: string) => string;
  /** What `Ref` returns. @default 'id' */
  readonly ref?: 'id' | 'arn';
  /** Attributes besides those that end in `Arn`. */
  readonly attributes?: Record<string, (resource: ResourceIdentity, id: string) => unknown>;
}

const HEXADECIMAL = '0123456789abcdef';
const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** Made-up characters that are the same in every run, and differ between resources, stacks, accounts and regions. */
function madeUp(resource: ResourceIdentity, length: number, alphabet: string, salt = ''): string {
  const { environment: { account, region }, stackName, logicalId } = resource;
  const digest = createHash('sha512').update([account, region, stackName, logicalId, salt].join('\n')).digest();
  return Array.from({ length }, (_, index) => alphabet[digest[index] % alphabet.length]).join('');
}

function arn(resource: ResourceIdentity, service: string, rest: string, scope: 'regional' | 'global' = 'regional'): string {
  const { partition, region, account } = resource.environment;
  return ['arn', partition, service, scope === 'regional' ? region : '', account, rest].join(':');
}

/** Absent also where its value is not known: what is made up in its place is the same for all that refer to it. */
function given(resource: ResourceIdentity, property: string): string | undefined {
  return textOf(resource.property(property));
}

/** The value of a property without which there is no such resource. */
function required(resource: ResourceIdentity, property: string): string {
  return given(resource, property) ?? generated(resource);
}

/** The name that CloudFormation gives; the logical id is shortened so that the whole fits. */
function generated(resource: ResourceIdentity, maxLength = 255): string {
  const suffix = madeUp(resource, 12, CAPITALS);
  return `${`${resource.stackName}-${resource.logicalId}`.slice(0, maxLength - suffix.length - 1)}-${suffix}`;
}

function iamPrincipal(kind: string, nameProperty: string): Naming {
  return {
    id: resource => given(resource, nameProperty) ?? generated(resource, 64),
    arn: (resource, id) => arn(resource, 'iam', `${kind}${given(resource, 'Path') ?? '/'}${id}`, 'global'),
    ref: kind === 'policy' ? 'arn' : 'id',
  };
}

function ec2(prefix: string, idAttribute: string): Naming {
  return {
    id: resource => `${prefix}-${madeUp(resource, 17, HEXADECIMAL)}`,
    attributes: { [idAttribute]: (_, id) => id },
  };
}

/** Resources that are a part of a secret: `Ref` returns the ARN of the secret. */
const PART_OF_SECRET: Naming = { id: resource => required(resource, 'SecretId'), attributes: { Id: (_, id) => id } };

function uuid(resource: ResourceIdentity): string {
  return madeUp(resource, 32, HEXADECIMAL).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function keyId(resource: ResourceIdentity): string {
  return resource.property('MultiRegion') === true ? `mrk-${madeUp(resource, 32, HEXADECIMAL)}` : uuid(resource);
}

/** A database whose password RDS manages has a secret that is in no template. */
function secretManagedByRds(kind: 'cluster' | 'db'): Naming {
  return {
    id: resource => given(resource, kind === 'cluster' ? 'DBClusterIdentifier' : 'DBInstanceIdentifier') ?? generated(resource, 63).toLowerCase(),
    arn: (resource, id) => arn(resource, 'rds', `${kind}:${id}`),
    attributes: {
      'MasterUserSecret.SecretArn': resource => arn(resource, 'secretsmanager', `secret:rds!${kind}-${uuid(resource)}-${madeUp(resource, 6, ALPHANUMERIC)}`),
    },
  };
}

function lambdaFunctionArn(resource: ResourceIdentity, nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn : arn(resource, 'lambda', `function:${nameOrArn}`);
}

const NAMING: Record<string, Naming> = {
  'AWS::IAM::Role': {
    ...iamPrincipal('role', 'RoleName'),
    attributes: { RoleId: resource => `AROA${madeUp(resource, 17, CAPITALS)}` },
  },
  'AWS::IAM::User': iamPrincipal('user', 'UserName'),
  'AWS::IAM::Group': iamPrincipal('group', 'GroupName'),
  'AWS::IAM::InstanceProfile': iamPrincipal('instance-profile', 'InstanceProfileName'),
  'AWS::IAM::ManagedPolicy': iamPrincipal('policy', 'ManagedPolicyName'),
  'AWS::SecretsManager::Secret': {
    id: resource => given(resource, 'Name') ?? `${resource.logicalId}-${madeUp(resource, 12, ALPHANUMERIC, 'name')}`,
    arn: (resource, id) => arn(resource, 'secretsmanager', `secret:${id}-${madeUp(resource, 6, ALPHANUMERIC)}`),
    ref: 'arn',
    attributes: { Id: resource => ref(resource) },
  },
  'AWS::SecretsManager::SecretTargetAttachment': PART_OF_SECRET,
  'AWS::SecretsManager::RotationSchedule': PART_OF_SECRET,
  'AWS::SecretsManager::ResourcePolicy': PART_OF_SECRET,
  'AWS::KMS::Key': { id: keyId, arn: (resource, id) => arn(resource, 'kms', `key/${id}`), attributes: { KeyId: (_, id) => id } },
  'AWS::KMS::ReplicaKey': {
    id: resource => required(resource, 'PrimaryKeyArn').split('/').at(-1)!,
    arn: (resource, id) => arn(resource, 'kms', `key/${id}`),
    attributes: { KeyId: (_, id) => id },
  },
  'AWS::KMS::Alias': { id: resource => required(resource, 'AliasName') },
  'AWS::Lambda::Function': { id: resource => given(resource, 'FunctionName') ?? generated(resource, 64), arn: lambdaFunctionArn },
  'AWS::Lambda::Version': { id: resource => `${lambdaFunctionArn(resource, required(resource, 'FunctionName'))}:1`, attributes: { Version: () => '1' } },
  'AWS::Lambda::Alias': { id: resource => `${lambdaFunctionArn(resource, required(resource, 'FunctionName'))}:${required(resource, 'Name')}` },
  'AWS::Logs::LogGroup': { arn: (resource, id) => arn(resource, 'logs', `log-group:${id}:*`) },
  'AWS::SNS::Topic': { id: resource => given(resource, 'TopicName') ?? generated(resource), arn: (resource, id) => arn(resource, 'sns', id), ref: 'arn' },
  'AWS::SQS::Queue': {
    id: resource => `https://sqs.${resource.environment.region}.${resource.environment.urlSuffix}/${resource.environment.account}/${queueName(resource)}`,
    arn: resource => arn(resource, 'sqs', queueName(resource)),
    attributes: { QueueName: queueName, QueueUrl: (_, id) => id },
  },
  'AWS::S3::Bucket': {
    id: resource => given(resource, 'BucketName') ?? generated(resource, 63).toLowerCase(),
    arn: ({ environment }, id) => `arn:${environment.partition}:s3:::${id}`,
  },
  'AWS::RDS::DBCluster': secretManagedByRds('cluster'),
  'AWS::RDS::DBInstance': secretManagedByRds('db'),
  'AWS::ECS::TaskDefinition': {
    id: resource => `${given(resource, 'Family') ?? generated(resource)}:1`, arn: (resource, id) => arn(resource, 'ecs', `task-definition/${id}`), ref: 'arn',
  },
  'AWS::ECS::Service': {
    id: resource => given(resource, 'ServiceName') ?? generated(resource),
    arn: (resource, id) => arn(resource, 'ecs', `service/${(given(resource, 'Cluster') ?? 'default').replace(/^.*\//, '')}/${id}`),
    ref: 'arn',
    attributes: { Name: (_, id) => id },
  },
  'AWS::StepFunctions::StateMachine': {
    id: resource => given(resource, 'StateMachineName') ?? generated(resource, 80),
    arn: (resource, id) => arn(resource, 'states', `stateMachine:${id}`),
    ref: 'arn',
    attributes: { Name: (_, id) => id },
  },
  'AWS::EC2::VPC': ec2('vpc', 'VpcId'),
  'AWS::EC2::Subnet': ec2('subnet', 'SubnetId'),
  'AWS::EC2::SecurityGroup': ec2('sg', 'GroupId'),
  'AWS::EC2::RouteTable': ec2('rtb', 'RouteTableId'),
  'AWS::EC2::InternetGateway': ec2('igw', 'InternetGatewayId'),
  'AWS::EC2::NatGateway': ec2('nat', 'NatGatewayId'),
  'AWS::EC2::VPCEndpoint': { ...ec2('vpce', 'Id'), attributes: { Id: (_, id) => id, DnsEntries: dnsEntries } },
  'AWS::AmazonMQ::Broker': {
    id: resource => `b-${uuid(resource)}`,
    arn: (resource, id) => arn(resource, 'mq', `broker:${required(resource, 'BrokerName')}:${id}`),
    attributes: { AmqpEndpoints: ({ environment: { region, urlSuffix } }, id) => [`amqps://${id}.mq.${region}.${urlSuffix}:5671`] },
  },
};

/** The zone and the name, as the service that the endpoint is for has it; `com.amazonaws.<region>.<service>` names that. */
function dnsEntries(resource: ResourceIdentity, id: string): string[] {
  const { region, urlSuffix } = resource.environment;
  const service = required(resource, 'ServiceName').split(`.${region}.`).at(-1);
  return [`Z${madeUp(resource, 13, CAPITALS)}:${id}-${madeUp(resource, 8, ALPHANUMERIC).toLowerCase()}.${service}.${region}.vpce.${urlSuffix}`];
}

function queueName(resource: ResourceIdentity): string {
  return given(resource, 'QueueName') ?? generated(resource, 80);
}

/** Types that are not in the table: the name property that most types have, such as `TableName` or `Name`, or a generated name. */
function idOfAnyType(resource: ResourceIdentity): string {
  return given(resource, `${resource.type.split('::').at(-1)}Name`) ?? given(resource, 'Name') ?? generated(resource);
}

function arnOfAnyType(resource: ResourceIdentity, id: string): string {
  const [, service, type] = resource.type.split('::');
  return arn(resource, (service ?? resource.type).toLowerCase(), `${(type ?? 'resource').toLowerCase()}/${id}`);
}

const IDS = new WeakMap<ResourceIdentity, string>();

function idOf(resource: ResourceIdentity): string {
  const id = IDS.get(resource) ?? (NAMING[resource.type]?.id ?? idOfAnyType)(resource);
  IDS.set(resource, id);
  return id;
}

function arnOf(resource: ResourceIdentity): string {
  return (NAMING[resource.type]?.arn ?? arnOfAnyType)(resource, idOf(resource));
}

/** What `Ref` of the resource returns. */
export function ref(resource: ResourceIdentity): string {
  return NAMING[resource.type]?.ref === 'arn' ? arnOf(resource) : idOf(resource);
}

/**
 * What `Fn::GetAtt` of the resource returns.
 *
 * What only the service can know, such as the address of a database, is a stand-in that shows what it stands for.
 */
export function attribute(resource: ResourceIdentity, name: string): unknown {
  const known = NAMING[resource.type]?.attributes?.[name];
  if (known !== undefined) return known(resource, idOf(resource));
  if (name === 'Arn' || resource.type.endsWith(`::${name.replace(/Arn$/, '')}`) || name === 'PolicyArn') return arnOf(resource);
  return /arn$/i.test(name) ? arnOfAnyType(resource, `${idOf(resource)}/${name}`) : `${idOf(resource)}.${name}`;
}
