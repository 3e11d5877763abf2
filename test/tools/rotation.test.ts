import {
  aws_ec2 as ec2, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_logs as logs, aws_secretsmanager as secretsmanager, CfnResource, Stack,
} from 'aws-cdk-lib';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import {
  AccessModel, accessModel, administrator, decide, directUse, endpointOf, functionOf, invokeFunction, invokeRotation, logGroupOf, principalWith,
  PolicyDocument, readSecret, roleOf, rotateSecret, secretOf, secretsManager, writeLogs,
} from '../../tools/access';
import { ENV, OTHER_ACCOUNT, testApp } from '../support/test-app';

const SERVICE = 'secretsmanager.amazonaws.com';
const ROTATION_ACTIONS = ['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'].map(action => `secretsmanager:${action}`);
const document = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const allow = (Action: string | string[], Resource: string, Condition?: object) => ({ Effect: 'Allow', Action, Resource, Condition });

/** A rotation function of a platform stack, which rotates two of the four secrets of another stack. */
class Rotations {
  public readonly app = testApp();
  public readonly platform = new Stack(this.app, 'Platform', { env: ENV });
  public readonly shop = new Stack(this.app, 'Shop', { env: ENV });
  public readonly role = new iam.CfnRole(this.platform, 'Role', { assumeRolePolicyDocument: document() });
  public readonly logGroup = new logs.CfnLogGroup(this.platform, 'LogGroup', { logGroupName: '/rotation' });
  public readonly rotator = this.rotatorNamed('Rotator');
  public readonly key = new kms.Key(this.shop, 'Key');

  constructor() {
    const secret = this.secret('Rotated');
    const attachment = new secretsmanager.CfnSecretTargetAttachment(this.shop, 'Attachment', {
      secretId: secret.ref, targetId: 'shop', targetType: 'AWS::RDS::DBInstance',
    });
    this.schedule('Rotation', attachment.ref, this.rotator.attrArn);
    this.schedule('OtherRotation', this.secret('RotatedByAnother').ref, this.rotatorNamed('OtherRotator').attrArn);
    this.schedule('RotationByName', this.secret('Named').name!, this.rotator.attrArn);
    this.schedule('RotationByPartialArn', `arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:${this.secret('Imported').name}`, this.rotator.attrArn);
    this.secret('NotRotated');
    this.permit('Permission', { functionName: this.rotator.attrArn, sourceAccount: ENV.account });
    this.permit('OpenPermission', { functionName: this.functionNamed('OpenFunction').ref });
    this.grantRotation();
    this.grantLogs();
    new iam.CfnRole(this.platform, 'Stranger', { assumeRolePolicyDocument: document() });
  }

  public get model(): AccessModel {
    return accessModel(resolveTemplates(this.app.synth()));
  }

  public permit(id: string, props: { functionName: string } & Partial<lambda.CfnPermissionProps>): lambda.CfnPermission {
    return new lambda.CfnPermission(this.platform, id, { action: 'lambda:InvokeFunction', principal: SERVICE, ...props });
  }

  public functionNamed(id: string): lambda.CfnFunction {
    return new lambda.CfnFunction(this.platform, id, { code: { zipFile: ' ' }, role: this.role.attrArn });
  }

  private rotatorNamed(id: string): lambda.CfnFunction {
    const rotator = this.functionNamed(id);
    rotator.loggingConfig = { logGroup: this.logGroup.ref };
    return rotator;
  }

  private secret(id: string): secretsmanager.CfnSecret {
    return new secretsmanager.CfnSecret(this.shop, id, { name: `prod/shop/${id.toLowerCase()}`, kmsKeyId: this.key.keyArn });
  }

  private schedule(id: string, secretId: string, rotationLambdaArn: string): void {
    new secretsmanager.CfnRotationSchedule(this.shop, id, { secretId, rotationLambdaArn });
  }

  /** In the stack of the secrets, for the role of the other one. */
  private grantRotation(): void {
    const onKey = { StringEquals: { 'kms:ViaService': `secretsmanager.${ENV.region}.amazonaws.com` } };
    new iam.CfnPolicy(this.shop, 'Grant', {
      policyName: 'rotate',
      roles: [this.role.ref],
      policyDocument: document(
        allow(ROTATION_ACTIONS, `arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:prod/shop/*`,
          { StringEquals: { 'secretsmanager:resource/AllowRotationLambdaArn': this.rotator.attrArn } }),
        allow(['kms:Decrypt', 'kms:GenerateDataKey'], this.key.keyArn,
          { ...onKey, StringLike: { 'kms:EncryptionContext:SecretARN': `arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:prod/shop/*` } }),
      ),
    });
  }

  private grantLogs(): void {
    new iam.CfnRolePolicy(this.platform, 'Logs', {
      policyName: 'logs', roleName: this.role.ref, policyDocument: document(allow(['logs:CreateLogStream', 'logs:PutLogEvents'], this.logGroup.attrArn)),
    });
  }
}

const model = new Rotations().model;
const rotator = () => roleOf(model, 'Platform/Role');

describe('rotating', () => {
  test.each([
    ['prod/shop/rotated', 'Allowed'],
    ['prod/shop/named', 'Allowed'],
    ['prod/shop/imported', 'Allowed'],
    ['prod/shop/rotatedbyanother', 'ImplicitlyDenied'],
    ['prod/shop/notrotated', 'ImplicitlyDenied'],
  ])('%s, as the role of the function that its schedule may name: %s', async (secret, decision) => {
    expect((await rotateSecret(model, rotator(), secret)).decision).toBe(decision);
  });

  test.each([
    { ...ENV, region: 'us-east-1' },
    { ...ENV, account: OTHER_ACCOUNT },
  ])('a name means a secret of the place of the schedule: not of %j', async place => {
    const rotations = new Rotations();
    new secretsmanager.CfnSecret(new Stack(rotations.app, 'Elsewhere', { env: place }), 'Secret', { name: 'prod/shop/named' });

    expect(rotations.model.secrets.find(({ path }) => path === 'Elsewhere/Secret')!.rotationSchedules).toEqual([]);
  });

  test('is Secrets Manager, and the key for it', async () => {
    expect((await rotateSecret(model, rotator(), 'prod/shop/rotated')).steps).toEqual([
      'secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue', 'kms:Decrypt', 'secretsmanager:PutSecretValue', 'kms:GenerateDataKey',
      'secretsmanager:UpdateSecretVersionStage',
    ].map(action => ({ action, decision: 'Allowed' })));
  });

  test.each([
    ...ROTATION_ACTIONS, 'kms:Decrypt', 'kms:GenerateDataKey',
  ])('fails without %s', async missing => {
    const principal = principalWith(ENV.account, [{ Effect: 'Allow', Action: '*', Resource: '*' }, { Effect: 'Deny', Action: missing, Resource: '*' }]);
    const { decision, steps } = await rotateSecret(model, principal, 'prod/shop/rotated');

    expect(decision).toBe('ExplicitlyDenied');
    expect(steps.filter(step => step.decision !== 'Allowed').map(({ action }) => action)).toEqual([missing]);
  });

  test('takes a replica for not rotated, because its primary is', async () => {
    const rotations = new Rotations();
    (rotations.shop.node.findChild('Rotated') as secretsmanager.CfnSecret).replicaRegions = [{ region: 'us-east-1' }];
    const { replicas: [{ secret }] } = secretOf(rotations.model, 'prod/shop/rotated');

    expect(secret.rotationSchedules).toEqual([]);
  });

  test.each(['kms:Decrypt', 'kms:GenerateDataKey'])('is no direct %s', async action => {
    const directUser = principalWith(ENV.account, [{ Effect: 'Allow', Action: action, Resource: '*' }]);

    expect(await directUse(model, rotator(), 'prod/shop/rotated', action)).toBe('ImplicitlyDenied');
    expect(await directUse(model, directUser, 'prod/shop/rotated', action)).toBe('Allowed');
    expect(await directUse(model, directUser, 'prod/shop/rotated', 'kms:Encrypt')).toBe('ImplicitlyDenied');
  });
});

describe('invoking the rotation function', () => {
  test.each([
    ['the account of the secret', undefined, 'Allowed'],
    ['another account', { account: OTHER_ACCOUNT }, 'ImplicitlyDenied'],
  ] as const)('on behalf of %s', async (_, source, decision) => {
    expect(await invokeRotation(model, 'prod/shop/rotated', source)).toBe(decision);
  });

  test('without SourceAccount, it is every account that may', async () => {
    const { arn } = functionOf(model, 'Platform/OpenFunction');

    expect(await invokeFunction(model, secretsManager({ account: OTHER_ACCOUNT }), arn)).toBe('Allowed');
    expect(await invokeFunction(model, { ...secretsManager({ account: OTHER_ACCOUNT }), arn: 'events.amazonaws.com' }, arn)).toBe('ImplicitlyDenied');
  });

  test.each<[string, Omit<Partial<lambda.CfnPermissionProps>, 'functionName'>]>([
    ['another action', { action: 'lambda:GetFunction' }],
    ['an organization', { principalOrgId: 'o-a1b2c3d4e5' }],
    ['an event source', { eventSourceToken: 'token' }],
    ['a function URL', { functionUrlAuthType: 'NONE' }],
    ['calls through a function URL', { invokedViaFunctionUrl: true }],
    ['another source, besides the account', { sourceAccount: ENV.account, sourceArn: `arn:aws:secretsmanager:*:${ENV.account}:secret:other-*` }],
    ['another account, besides the source', { sourceAccount: OTHER_ACCOUNT, sourceArn: 'arn:aws:secretsmanager:*:*:secret:prod/shop/*' }],
  ])('a permission of %s does not do', async (_, props) => {
    const rotations = new Rotations();
    rotations.permit('NarrowPermission', { functionName: rotations.functionNamed('Narrow').attrArn, ...props });
    const narrow = rotations.model;

    expect(await invokeFunction(narrow, secretsManager(secretOf(narrow, 'prod/shop/rotated')), functionOf(narrow, 'Platform/Narrow').arn)).toBe('ImplicitlyDenied');
  });

  test('a permission of an organization is that of its members', async () => {
    const rotations = new Rotations();
    rotations.permit('OfMembers', { functionName: rotations.functionNamed('Open').attrArn, principal: '*', principalOrgId: 'o-a1b2c3d4e5' });
    const open = rotations.model;
    const { arn } = functionOf(open, 'Platform/Open');

    expect(await invokeFunction(open, administrator(OTHER_ACCOUNT, { organizationId: 'o-a1b2c3d4e5' }), arn)).toBe('Allowed');
    expect(await invokeFunction(open, administrator(OTHER_ACCOUNT), arn)).toBe('ImplicitlyDenied');
  });

  test('is a call of a service', async () => {
    const isService = (value: string) => ({ StringEquals: { 'aws:PrincipalIsAWSService': value } });
    const named = { StringEquals: { 'aws:PrincipalServiceName': SERVICE } };
    const guarded = (Condition: object) => {
      const [secret] = model.secrets;
      const resourcePolicy = document({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*', Condition }) as PolicyDocument;
      return decide({ ...model, secrets: [{ ...secret, resourcePolicy }] }, {
        principal: secretsManager(secret), action: 'secretsmanager:GetSecretValue', resource: secret.arn,
      });
    };

    expect(await guarded(isService('true'))).toBe('Allowed');
    expect(await guarded(named)).toBe('Allowed');
    expect(await guarded(isService('false'))).toBe('ImplicitlyDenied');
  });

  test('without any permission, nobody', async () => {
    expect(await invokeRotation(model, 'prod/shop/rotatedbyanother')).toBe('ImplicitlyDenied');
    expect(await invokeFunction(model, rotator(), functionOf(model, 'Platform/OtherRotator').arn)).toBe('ImplicitlyDenied');
    expect(await invokeFunction(model, administrator(ENV.account), functionOf(model, 'Platform/OtherRotator').arn)).toBe('Allowed');
  });

  test('the permission may name one secret', async () => {
    const rotations = new Rotations();
    const sourceArn = (rotations.shop.node.findChild('Rotated') as secretsmanager.CfnSecret).ref;
    new lambda.CfnPermission(rotations.shop, 'Permission', {
      action: 'lambda:InvokeFunction', principal: SERVICE, functionName: rotations.functionNamed('OfOneSecret').attrArn, sourceArn,
    });
    const narrow = rotations.model;
    const { arn } = functionOf(narrow, 'Platform/OfOneSecret');

    expect(await invokeFunction(narrow, secretsManager(secretOf(narrow, 'prod/shop/rotated')), arn)).toBe('Allowed');
    expect(await invokeFunction(narrow, secretsManager(secretOf(narrow, 'prod/shop/named')), arn)).toBe('ImplicitlyDenied');
    expect(await invokeFunction(narrow, secretsManager(ENV), arn)).toBe('ImplicitlyDenied');
  });

  test('a permission is that of a version or an alias when it names one, and takes a name for the function of its own account', async () => {
    const rotations = new Rotations();
    const byName = rotations.functionNamed('ByName');
    rotations.permit('OfAlias', { functionName: `${byName.ref}:live` });
    rotations.permit('OfElsewhere', { functionName: `${OTHER_ACCOUNT}:function:${byName.ref}` });
    const qualified = rotations.model;
    const { arn } = functionOf(qualified, 'Platform/ByName');

    expect(await invokeFunction(qualified, secretsManager(ENV), `${arn}:live`)).toBe('Allowed');
    expect(await invokeFunction(qualified, secretsManager(ENV), arn)).toBe('ImplicitlyDenied');
    expect(functionOf(qualified, `${arn}:live`).permissions.map(({ logicalId }) => logicalId)).toEqual(['OfAlias']);
  });

  test('an account may be the principal of a permission, and then its own policies decide too', async () => {
    const rotations = new Rotations();
    rotations.permit('OfAccount', { functionName: rotations.functionNamed('Shared').attrArn, principal: OTHER_ACCOUNT });
    const shared = rotations.model;
    const { arn } = functionOf(shared, 'Platform/Shared');

    expect(await invokeFunction(shared, administrator(OTHER_ACCOUNT), arn)).toBe('Allowed');
    expect(await invokeFunction(shared, principalWith(OTHER_ACCOUNT, []), arn)).toBe('ImplicitlyDenied');
    expect(await invokeFunction(shared, administrator('777788889999'), arn)).toBe('ImplicitlyDenied');
  });

  test('a secret without a schedule is an error', async () => {
    await expect(invokeRotation(model, 'prod/shop/notrotated')).rejects.toThrow(/no function of the templates rotates prod\/shop\/notrotated/);
  });
});

describe('writing logs', () => {
  test('to the log group of the function', async () => {
    const { logGroup, role } = functionOf(model, 'Platform/Rotator');

    expect(await writeLogs(model, roleOf(model, role), logGroup)).toEqual({
      decision: 'Allowed',
      steps: [{ action: 'logs:CreateLogStream', decision: 'Allowed' }, { action: 'logs:PutLogEvents', decision: 'Allowed' }],
    });
    expect((await writeLogs(model, roleOf(model, 'Platform/Stranger'), logGroup)).decision).toBe('ImplicitlyDenied');
  });

  test('a log group that is in no template is an error', async () => {
    const { logGroup } = functionOf(model, 'Platform/OpenFunction');

    expect(logGroup).toMatch(/^\/aws\/lambda\/Platform-OpenFunction-/);
    expect(logGroupOf(model, 'Platform/LogGroup').name).toBe('/rotation');
    await expect(writeLogs(model, rotator(), logGroup)).rejects.toThrow(/no log group \/aws\/lambda\/Platform-OpenFunction-.*; there are: Platform\/LogGroup/);
  });
});

describe('network interfaces', () => {
  const resource = `arn:aws:ec2:${ENV.region}:${ENV.account}:network-interface/eni-0123456789abcdef0`;

  test.each([
    [administrator(ENV.account), 'Allowed'],
    [principalWith(ENV.account, []), 'ImplicitlyDenied'],
  ])('%#', async (principal, decision) => {
    expect(await decide(model, { principal, action: 'ec2:CreateNetworkInterface', resource })).toBe(decision);
  });
});

describe('a VPC endpoint', () => {
  const all = (Principal: unknown, Resource = '*') => ({ Effect: 'Allow', Principal, Action: 'secretsmanager:*', Resource });

  function throughEndpoint(policyDocument?: object, serviceName = `com.amazonaws.${ENV.region}.secretsmanager`) {
    const rotations = new Rotations();
    const vpc = new CfnResource(rotations.platform, 'Vpc', { type: 'AWS::EC2::VPC' });
    new ec2.CfnVPCEndpoint(rotations.platform, 'Endpoint', { serviceName, vpcId: vpc.ref, vpcEndpointType: 'Interface', policyDocument });
    const withEndpoint = rotations.model;
    const endpoint = endpointOf(withEndpoint, 'Platform/Endpoint');
    return {
      endpoint,
      rotate: async () => (await rotateSecret(withEndpoint, roleOf(withEndpoint, 'Platform/Role'), 'prod/shop/rotated', { endpoint })).decision,
      read: async (statement: object) => (await readSecret(withEndpoint, principalWith(ENV.account, [statement as never]), 'prod/shop/rotated', { endpoint })).decision,
    };
  }

  const roleArn = () => rotator().arn;

  test.each<[string, () => object | undefined, string]>([
    ['without a policy', () => undefined, 'Allowed'],
    ['for anybody', () => document(all('*')), 'Allowed'],
    ['for anybody, the other way to say it', () => document(all({ AWS: '*' })), 'Allowed'],
    ['for the role', () => document(all({ AWS: roleArn() })), 'Allowed'],
    ['for the account', () => document(all({ AWS: [`arn:aws:iam::${ENV.account}:root`] })), 'Allowed'],
    ['for the account, by its id', () => document(all({ AWS: ENV.account })), 'Allowed'],
    ['for another role', () => document(all({ AWS: `arn:aws:iam::${ENV.account}:role/another` })), 'ImplicitlyDenied'],
    ['for another account', () => document(all({ AWS: OTHER_ACCOUNT })), 'ImplicitlyDenied'],
    ['for a service', () => document(all({ Service: SERVICE })), 'ImplicitlyDenied'],
    ['for another secret', () => document(all('*', `arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:prod/other/*`)), 'ImplicitlyDenied'],
    ['that denies', () => document(all('*'), { ...all({ AWS: roleArn() }), Effect: 'Deny' }), 'ExplicitlyDenied'],
    ['that denies another role', () => document(all('*'), { ...all({ AWS: `${roleArn()}-of-another` }), Effect: 'Deny' }), 'Allowed'],
  ])('%s', async (_, policy, decision) => {
    expect(await throughEndpoint(policy()).rotate()).toBe(decision);
  });

  test('of the FIPS name of the service is one of that service', async () => {
    expect(await throughEndpoint(undefined, `com.amazonaws.${ENV.region}.secretsmanager-fips`).rotate()).toBe('Allowed');
  });

  test('takes requests that are about no resource', async () => {
    const { endpoint } = throughEndpoint();
    const request = { action: 'secretsmanager:GetRandomPassword', resource: '*', endpoint };

    expect(await decide(model, { ...request, principal: administrator(ENV.account) })).toBe('Allowed');
    expect(await decide(model, { ...request, principal: principalWith(ENV.account, []) })).toBe('ImplicitlyDenied');
  });

  test.each([['shop', 'Allowed'], ['another', 'ImplicitlyDenied']])('decides by tags of the secret: team %s', async (team, decision) => {
    const tagged = { ...all('*'), Condition: { StringEquals: { 'secretsmanager:ResourceTag/team': team } } };
    const { endpoint } = throughEndpoint(document(tagged));
    const secrets = [{ ...model.secrets[0], tags: { team: 'shop' } }];

    expect(await decide({ ...model, secrets }, {
      principal: administrator(ENV.account), action: 'secretsmanager:GetSecretValue', resource: secrets[0].arn, endpoint,
    })).toBe(decision);
  });

  test('allows nothing by itself', async () => {
    expect(await throughEndpoint().read({ Effect: 'Deny', Action: 'kms:CreateGrant', Resource: '*' })).toBe('ImplicitlyDenied');
  });

  test('tells a policy which endpoint and VPC it is', async () => {
    const { endpoint, read } = throughEndpoint();
    const from = (StringEquals: object) => ({ Effect: 'Allow', Action: '*', Resource: '*', Condition: { StringEqualsIfExists: StringEquals } });

    expect(await read(from({ 'aws:SourceVpce': endpoint.id, 'aws:SourceVpc': endpoint.vpcId }))).toBe('Allowed');
    expect(await read(from({ 'aws:SourceVpce': 'vpce-0' }))).toBe('ImplicitlyDenied');
    expect(await read(from({ 'aws:SourceVpc': 'vpc-0' }))).toBe('ImplicitlyDenied');
  });

  test.each([`com.amazonaws.${ENV.region}.kms`, 'com.amazonaws.us-east-1.secretsmanager'])('of %s is an error', async serviceName => {
    await expect(throughEndpoint(undefined, serviceName).rotate()).rejects.toThrow(/the endpoint Platform\/Endpoint is for/);
  });

  test('of another region than the secret is an error', async () => {
    const { endpoint } = throughEndpoint();
    const elsewhere = { ...model.secrets[0], arn: `arn:aws:secretsmanager:us-east-1:${ENV.account}:secret:prod/shop/rotated-a1b2c3` };

    await expect(decide({ ...model, secrets: [elsewhere] }, {
      principal: administrator(ENV.account), action: 'secretsmanager:GetSecretValue', resource: elsewhere.arn, endpoint,
    })).rejects.toThrow('the endpoint Platform/Endpoint is for secretsmanager in eu-west-1');
  });

  test('with a NotPrincipal is an error', async () => {
    await expect(throughEndpoint(document({ Effect: 'Deny', NotPrincipal: { AWS: roleArn() }, Action: '*', Resource: '*' })).rotate())
      .rejects.toThrow(/the endpoint policy of Platform\/Endpoint has a NotPrincipal/);
  });
});
