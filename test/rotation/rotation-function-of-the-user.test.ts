import { App, assertions, aws_ec2 as ec2, aws_lambda as lambda, CfnParameter } from 'aws-cdk-lib';
import { DatabaseEngine, DatabaseRotator, PasswordPolicy, RotationTarget } from 'cdk-managed-secrets';
import { alternatingUsers, endpoint, idsOf, instance, resourceOf, resourcesOf, rotated, SUPERUSER_ARN, World, world } from './rotated-databases';
import { ENV, role, testStack } from '../support/test-app';

const ORACLE = DatabaseEngine.of('oracle', { defaultPort: 1521, passwordPolicy: PasswordPolicy.ORACLE });
const ROTATE = ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'];
const FUNCTION_ARN = `arn:aws:lambda:${ENV.region}:${ENV.account}:function:rotate`;
const OWN_ARN = { 'Fn::GetAtt': [expect.stringMatching(/^Own/), 'Arn'] };

let here: World;

beforeEach(() => {
  here = world();
});

function ownFunction(props: object = {}): lambda.Function {
  return new lambda.Function(here.stack, 'Own', { runtime: lambda.Runtime.PYTHON_3_13, handler: 'index.handler', code: lambda.Code.fromInline('#'), ...props });
}

function rotatorOf(rotationFunction: lambda.IFunction) {
  return DatabaseRotator.fromFunction(here.stack, 'Rotator', rotationFunction);
}

const accessStatements = () => resourceOf(here.stack, 'AWS::IAM::Policy', 'RotatorAccess').Properties.PolicyDocument.Statement;

describe('a rotation function of the user\'s own', () => {
  test('may rotate the secrets of the namespace that name it, and use their key through Secrets Manager', () => {
    rotated(here.stack, { rotator: rotatorOf(ownFunction()), database: endpoint(ORACLE) });
    const namespaceArn = `arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:prod/payments/*`;
    expect(accessStatements()).toEqual([
      { Effect: 'Allow', Action: ROTATE, Resource: namespaceArn, Condition: { StringEquals: { 'secretsmanager:resource/AllowRotationLambdaArn': OWN_ARN } } },
      {
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: here.stack.resolve(here.namespace.encryption.encryptionKey!.keyArn),
        Condition: {
          StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' }, StringLike: { 'kms:EncryptionContext:SecretARN': [namespaceArn] },
        },
      },
    ]);
  });

  test('may be invoked by Secrets Manager on behalf of this account alone, and is what the schedule names', () => {
    rotated(here.stack, { rotator: rotatorOf(ownFunction()) });
    expect(resourceOf(here.stack, 'AWS::Lambda::Permission').Properties).toEqual({
      Action: 'lambda:InvokeFunction', FunctionName: OWN_ARN, Principal: 'secretsmanager.amazonaws.com', SourceAccount: ENV.account,
    });
    const { Properties, DependsOn } = resourceOf(here.stack, 'AWS::SecretsManager::RotationSchedule');
    expect(Properties.RotationLambdaARN).toEqual(OWN_ARN);
    expect(DependsOn).toEqual(expect.arrayContaining([...idsOf(here.stack, 'AWS::Lambda::Permission'), expect.stringMatching(/^RotatorAccessPolicy/)]));
  });

  test('is the only function that is deployed', () => {
    rotated(here.stack, { rotator: rotatorOf(ownFunction()) });
    expect(idsOf(here.stack, 'AWS::Lambda::Function')).toEqual([expect.stringMatching(/^Own/)]);
  });

  test('rotates an engine of the user\'s own, whose password policy holds at creation', () => {
    rotated(here.stack, { rotator: rotatorOf(ownFunction()), database: endpoint(ORACLE) });
    const { GenerateSecretString } = resourceOf(here.stack, 'AWS::SecretsManager::Secret').Properties;
    expect(GenerateSecretString.PasswordLength).toBe(30);
    expect(JSON.parse(GenerateSecretString.SecretStringTemplate)).toMatchObject({ engine: 'oracle', port: '1521' });
  });

  test('may read the superuser\'s secret', () => {
    rotated(here.stack, { rotator: rotatorOf(ownFunction()), strategy: alternatingUsers(here.stack) });
    expect(accessStatements()[2]).toEqual({ Effect: 'Allow', Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'], Resource: SUPERUSER_ARN });
  });

  test('in a VPC is let into the database', () => {
    const group = new ec2.SecurityGroup(here.stack, 'Group', { vpc: here.vpc, allowAllOutbound: false });
    const rotator = rotatorOf(ownFunction({ vpc: here.vpc, securityGroups: [group] }));
    rotated(here.stack, { rotator, database: RotationTarget.fromInstance(instance(here)) });
    const own = { 'Fn::GetAtt': [expect.stringMatching(/^Group/), 'GroupId'] };
    expect(resourceOf(here.stack, 'AWS::EC2::SecurityGroupIngress').Properties.SourceSecurityGroupId).toEqual(own);
    expect(resourceOf(here.stack, 'AWS::EC2::SecurityGroupEgress').Properties.GroupId).toEqual(own);
  });

  test('outside of a VPC makes no rule', () => {
    rotated(here.stack, { rotator: rotatorOf(ownFunction()), database: RotationTarget.fromInstance(instance(here)) });
    expect(Object.values(resourcesOf(here.stack)).filter(({ Type }) => /SecurityGroup(In|E)gress$/.test(Type))).toEqual([]);
  });

  test('of another stack rotates secrets here, without a cycle', () => {
    const home = testStack('Home', here.stack.node.root as App);
    rotated(home, { rotator: rotatorOf(ownFunction()), namespace: here.namespace });
    expect(idsOf(home, 'AWS::IAM::Policy')).toHaveLength(1);
    expect(home.dependencies.map(({ node }) => node.id)).toEqual(['Stack']);
  });
});

describe('an imported function', () => {
  test('whose role is known is granted what its role needs', () => {
    const theirs = lambda.Function.fromFunctionAttributes(here.stack, 'Theirs', { functionArn: FUNCTION_ARN, role: role(here.stack), sameEnvironment: true });
    rotated(here.stack, { rotator: rotatorOf(theirs) });
    expect(accessStatements()[0].Condition).toEqual({ StringEquals: { 'secretsmanager:resource/AllowRotationLambdaArn': FUNCTION_ARN } });
    expect(resourceOf(here.stack, 'AWS::Lambda::Permission').Properties).toMatchObject({ FunctionName: FUNCTION_ARN, SourceAccount: ENV.account });
  });

  test('whose permissions are its owner\'s to write is named by the schedule, and gets no permission', () => {
    const functionArn = new CfnParameter(here.stack, 'FunctionArn').valueAsString;
    const theirs = lambda.Function.fromFunctionAttributes(here.stack, 'Theirs', { functionArn, role: role(here.stack), skipPermissions: true });
    rotated(here.stack, { rotator: rotatorOf(theirs) });
    expect(idsOf(here.stack, 'AWS::Lambda::Permission')).toEqual([]);
    expect(resourceOf(here.stack, 'AWS::SecretsManager::RotationSchedule').DependsOn).toEqual([expect.stringMatching(/^RotatorAccessPolicy/)]);
  });

  test('whose role is not known is granted nothing, and a warning says what it needs', () => {
    const theirs = lambda.Function.fromFunctionArn(here.stack, 'Theirs', FUNCTION_ARN);
    rotated(here.stack, { rotator: rotatorOf(theirs) });
    assertions.Annotations.fromStack(here.stack).hasWarning('/Stack/Credentials',
      assertions.Match.stringLikeRegexp('role of the imported rotation function is not known, .*PutSecretValue.*kms:GenerateDataKey.*lambda:InvokeFunction with SourceAccount'));
    expect(idsOf(here.stack, 'AWS::IAM::Policy')).toEqual([]);
    expect(resourceOf(here.stack, 'AWS::SecretsManager::RotationSchedule').Properties.RotationLambdaARN).toBe(FUNCTION_ARN);
  });

  test('whose role is known is not warned of', () => {
    rotated(here.stack, { rotator: rotatorOf(ownFunction()) });
    expect(assertions.Annotations.fromStack(here.stack).findWarning('*', assertions.Match.anyValue())).toEqual([]);
  });
});
