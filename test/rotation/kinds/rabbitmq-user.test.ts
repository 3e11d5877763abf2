import { assertions, aws_amazonmq as amazonmq, aws_ec2 as ec2, Lazy } from 'aws-cdk-lib';
import {
  AmazonMqUserOptions, CredentialKind, CredentialRotator, PasswordPolicy, RabbitMqUser, RandomToken, RotatedSecret, RotatedSecretProps,
  SelfManagedRabbitMqUserOptions,
} from 'cdk-managed-secrets';
import { testApp } from '../../support/test-app';
import { resourcesOf, world, World } from '../rotated-databases';

type Place = World & { readonly group: ec2.SecurityGroup };

function place(): Place {
  const here = world(testApp());
  return { ...here, group: new ec2.SecurityGroup(here.stack, 'BrokerGroup', { vpc: here.vpc }) };
}

const brokerOf = ({ stack }: World, props: Partial<amazonmq.CfnBrokerProps> = {}, id = 'Broker') => new amazonmq.CfnBroker(stack, id, {
  brokerName: 'orders',
  engineType: 'RABBITMQ',
  engineVersion: '3.13',
  deploymentMode: 'SINGLE_INSTANCE',
  hostInstanceType: 'mq.m7g.medium',
  publiclyAccessible: false,
  users: [{ username: 'administrator', password: Lazy.string({ produce: () => 'resolved elsewhere' }) }],
  ...props,
});

const administrator = ({ stack }: World) => stack.node.tryFindChild('Administrator') as RotatedSecret
  ?? new RotatedSecret(stack, 'Administrator', { purpose: 'administrator', kind: RandomToken.of() });

const amazonMq = (here: Place, options: Partial<AmazonMqUserOptions> = {}) => RabbitMqUser.amazonMq({
  broker: 'broker' in options ? options.broker! : brokerOf(here),
  username: 'orders',
  administratorSecret: administrator(here),
  securityGroups: [here.group],
  ...options,
});

const selfManaged = (here: Place, options: Partial<SelfManagedRabbitMqUserOptions> = {}) => RabbitMqUser.selfManaged({
  host: 'broker.example.com', username: 'orders', administratorSecret: administrator(here), securityGroups: [here.group], ...options,
});

function rotatedUser(here: World, kind: CredentialKind, props: Partial<RotatedSecretProps> = {}): RotatedSecret {
  return new RotatedSecret(here.stack, 'User', { purpose: 'broker', kind, vpc: here.vpc, ...props });
}

function only(here: World, type: string): any {
  const found = Object.entries<any>(resourcesOf(here.stack)).filter(([id, { Type }]) => Type === type && id.startsWith('User'));
  expect(found).toHaveLength(1);
  return found[0][1].Properties;
}

const opened = (here: World): [number, number, unknown][] => Object.values<any>(resourcesOf(here.stack))
  .filter(({ Type }) => Type === 'AWS::EC2::SecurityGroupIngress')
  .map(({ Properties: { FromPort, ToPort, GroupId } }) => [FromPort, ToPort, GroupId]);

test('a user of Amazon MQ: host and ports of the broker, both opened, and the first rotation at once', () => {
  const here = place();
  const secret = rotatedUser(here, amazonMq(here));
  expect(only(here, 'AWS::Lambda::Function').Environment.Variables).toEqual({
    CREDENTIAL_KIND: 'rabbitMqUsers',
    RABBITMQ_HOST: {
      'Fn::Select': [0, { 'Fn::Split': [':', { 'Fn::Select': [2, { 'Fn::Split': ['/', { 'Fn::Select': [0, { 'Fn::GetAtt': ['Broker', 'AmqpEndpoints'] }] }] }] }] }],
    },
    RABBITMQ_PORT: '5671',
    RABBITMQ_MANAGEMENT_PORT: '443',
    SUPERUSER_SECRET_ARN: here.stack.resolve(administrator(here).secretArn),
    EXCLUDE_PUNCTUATION: 'true',
    PASSWORD_LENGTH: '32',
    REQUIRE_EACH_INCLUDED_TYPE: expect.any(String),
    EXCLUDE_CHARACTERS: '',
    EXCLUDE_LOWERCASE: 'false',
    EXCLUDE_NUMBERS: 'false',
    EXCLUDE_UPPERCASE: 'false',
  });
  const { Tags, GenerateSecretString } = only(here, 'AWS::SecretsManager::Secret');
  expect(Tags).toContainEqual({ Key: 'cdk-managed-secrets:user', Value: 'orders' });
  expect(GenerateSecretString.GenerateStringKey).toBe('placeholder');
  expect(only(here, 'AWS::SecretsManager::RotationSchedule').RotateImmediatelyOnUpdate).toBe(true);
  expect(secret._rotation.overlap).toBe('untilNextRotation');
  const group = here.stack.resolve(here.group.securityGroupId);
  expect(opened(here)).toEqual([[5671, 5671, group], [443, 443, group]]);
  assertions.Annotations.fromStack(here.stack).hasNoWarning('*', assertions.Match.anyValue());
});

test('a broker that is reached over the internet needs no VPC', () => {
  const here = place();
  const broker = brokerOf(here, { publiclyAccessible: true });
  rotatedUser(here, amazonMq(here, { broker, securityGroups: undefined }), { vpc: undefined });
  expect(only(here, 'AWS::Lambda::Function').VpcConfig).toBeUndefined();
});

test('a user of one\'s own broker: its ports, the virtual host, and one user alone', () => {
  const here = place();
  const secret = rotatedUser(here, selfManaged(here, {
    managementPort: 15_673, virtualHost: '/orders', singleUser: true, tlsServerName: 'mq.example.com',
  }));
  expect(only(here, 'AWS::Lambda::Function').Environment.Variables).toMatchObject({
    CREDENTIAL_KIND: 'rabbitMqUser',
    RABBITMQ_HOST: 'broker.example.com',
    RABBITMQ_PORT: '5671',
    RABBITMQ_MANAGEMENT_PORT: '15673',
    RABBITMQ_VIRTUAL_HOST: '/orders',
    TLS_SERVER_NAME: 'mq.example.com',
  });
  expect(secret._rotation.overlap).toBe('none');
  expect(opened(here).map(([port]) => port)).toEqual([5671, 15_673]);
});

/** What is wrong, what makes it, and the one error. */
const WRONG: Record<string, [string, (here: Place) => unknown, RegExp][]> = {
  'Amazon MQ': [
    ['no options', here => rotatedUser(here, RabbitMqUser.amazonMq(undefined as never)), /`broker` must be a CfnBroker/],
    ['no broker', here => rotatedUser(here, amazonMq(here, { broker: undefined })), /`broker` must be a CfnBroker/],
    ['the id of a broker', here => rotatedUser(here, amazonMq(here, { broker: 'b-1234' as never })), /`broker` must be a CfnBroker/],
    ['a broker of ActiveMQ', here => rotatedUser(here, amazonMq(here, { broker: brokerOf(here, { engineType: 'ACTIVEMQ' }) })), /must have the engine RABBITMQ, got ACTIVEMQ, .*; give its user a new password by UpdateUser and RebootBroker/],
    ['a private broker without groups', here => rotatedUser(here, amazonMq(here, { securityGroups: undefined })), /`securityGroups` must be those of the broker/],
    ['groups of a public broker', here => rotatedUser(here, amazonMq(here, { broker: brokerOf(here, { publiclyAccessible: true }) })), /`securityGroups` must be left out, because the broker is publicly accessible/],
    ['a group that is an id', here => rotatedUser(here, amazonMq(here, { securityGroups: ['sg-1' as never] })), /`securityGroups` must be those of the broker/],
    ['no VPC', here => rotatedUser(here, amazonMq(here), { vpc: undefined }), /`vpc` must be given for users of Amazon MQ/],
    ['the administrator of the broker', here => rotatedUser(here, amazonMq(here, { username: 'administrator' })), /`username` must not be "administrator", the administrator that the broker is made with/],
    ['a name of one letter', here => rotatedUser(here, amazonMq(here, { username: 'a' })), /`username` must be 2 to 94 letters/],
    ['a name with an @', here => rotatedUser(here, amazonMq(here, { username: 'orders@example.com' })), /because Amazon MQ takes no other one/],
    ['a name that is too long', here => rotatedUser(here, amazonMq(here, { username: 'a'.repeat(95) })), /2 to 94 letters/],
    ['the user guest', here => rotatedUser(here, amazonMq(here, { username: 'guest' })), /`username` must not be guest/],
    ['the other one of two users', here => rotatedUser(here, amazonMq(here, { username: 'orders_clone' })), /must be the first of the two users/],
    ['no administrator', here => rotatedUser(here, amazonMq(here, { administratorSecret: undefined })), /`administratorSecret` must be given/],
    ['a rotator of another broker', here => rotatedUser(here, amazonMq(here), {
      vpc: undefined, rotator: new CredentialRotator(here.stack, 'Rotator', { kind: amazonMq(here, { broker: brokerOf(here, {}, 'Other') }), vpc: here.vpc }),
    }), /`kind` must be that of `rotator`/],
  ],
  'RabbitMQ': [
    ['no options', here => rotatedUser(here, RabbitMqUser.selfManaged(undefined as never)), /`host` must be a host name or an address/],
    ['no host', here => rotatedUser(here, selfManaged(here, { host: '' })), /`host` must be a host name/],
    ['a URL', here => rotatedUser(here, selfManaged(here, { host: 'amqps://broker.example.com' })), /`host` must be a host name.*got "amqps:/],
    ['a host with a port', here => rotatedUser(here, selfManaged(here, { host: 'broker.example.com:5671' })), /without a port/],
    ['port 0', here => rotatedUser(here, selfManaged(here, { port: 0 })), /`port` must be a whole number from 1 to 65535/],
    ['a port that is a text', here => rotatedUser(here, selfManaged(here, { managementPort: '15671' as never })), /`managementPort` must be a whole number/],
    ['one port for both', here => rotatedUser(here, selfManaged(here, { managementPort: 5671 })), /`managementPort` must be another port than `port`, got 5671/],
    ['no name', here => rotatedUser(here, selfManaged(here, { username: '' })), /`username` must be a name of letters/],
    ['a name that leads upwards', here => rotatedUser(here, selfManaged(here, { username: '..' })), /`username` must be a name of letters.*got ".."/],
    ['a name that is a path', here => rotatedUser(here, selfManaged(here, { username: '../admin' })), /`username` must be a name of letters/],
    ['a name that is encoded', here => rotatedUser(here, selfManaged(here, { username: 'a%2Fb' })), /`username` must be a name of letters/],
    ['a name with a query', here => rotatedUser(here, selfManaged(here, { username: 'a?b' })), /`username` must be a name of letters/],
    ['an administrator that is an ARN', here => rotatedUser(here, selfManaged(here, { administratorSecret: 'arn' as never })), /`administratorSecret` must be given/],
    ['a virtual host without a name', here => rotatedUser(here, selfManaged(here, { virtualHost: '' })), /`virtualHost` must be the name of a virtual host/],
    ['a virtual host that is too long', here => rotatedUser(here, selfManaged(here, { virtualHost: 'ü'.repeat(128) })), /at most 255 bytes/],
    ['an answer in words', here => rotatedUser(here, selfManaged(here, { singleUser: 'no' as never })), /`singleUser` must be true or false, got "no"/],
    ['a server name that is a URL', here => rotatedUser(here, selfManaged(here, { tlsServerName: 'amqps://x' })), /`tlsServerName` must be a host name or an address/],
    ['an empty list of groups', here => rotatedUser(here, selfManaged(here, { securityGroups: [] })), /`securityGroups` must be/],
    ['a password that is too short', here => rotatedUser(here, selfManaged(here, { passwordPolicy: PasswordPolicy.of({ length: 6 }) })), /`passwordPolicy.length` must be a whole number from 8/],
    ['a first rotation that does not come', here => rotatedUser(here, selfManaged(here), { rotateImmediately: false }), /`rotateImmediately` must not be false/],
  ],
};

describe.each(Object.entries(WRONG))('bad input of %s', (_, wrong) => {
  test('is tried in fifteen ways at least', () => {
    expect(wrong.length).toBeGreaterThanOrEqual(15);
  });

  test.each(wrong)('%s is one error, and nothing is created', (__, create, message) => {
    const here = place();
    expect(() => create(here)).toThrow(message);
    expect(here.stack.node.tryFindChild('User')).toBeUndefined();
  });
});
