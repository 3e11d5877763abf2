import {
  App, assertions, aws_codebuild as codebuild, aws_ec2 as ec2, aws_ecs as ecs, aws_iam as iam, aws_lambda as lambda, aws_rds as rds,
  aws_secretsmanager as secretsmanager, Duration, Stack,
} from 'aws-cdk-lib';
import { DeployedName, ManagedSecret, SecretContent, SecretEncryption, SecretNamespace } from 'cdk-managed-secrets';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import { accessModel, readSecret, roleOf } from '../../tools/access';
import { ENV, onlyResource, testApp, testStack } from '../support/test-app';

/** `ManagedSecret` is an L2 secret: it keeps the logical ids, and every inherited member works, with our permissions. */

const DATABASE = { asSecretAttachmentTarget: () => ({ targetId: 'db', targetType: secretsmanager.AttachmentTargetType.RDS_DB_INSTANCE }) };

function ours(props: object = { purpose: 'key' }): { stack: Stack; secret: ManagedSecret } {
  const stack = testStack();
  new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments' });
  return { stack, secret: new ManagedSecret(stack, 'Secret', props) };
}

function rotationFunction(stack: Stack): lambda.Function {
  return new lambda.Function(stack, 'Rotation', { runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('//') });
}

test('is a Secret to whoever asks', () => {
  expect(secretsmanager.Secret.isSecret(ours().secret)).toBe(true);
});

describe('in place of an L2 secret', () => {
  const generator = { secretStringTemplate: '{"username":"app"}', generateStringKey: 'password', excludeCharacters: '/@" ' };

  function l2(): Stack {
    const stack = testStack();
    const secret = new secretsmanager.Secret(stack, 'Secret', { secretName: 'old-name', description: 'd', generateSecretString: generator });
    secret.attach(DATABASE).addRotationSchedule('Schedule', { rotationLambda: rotationFunction(stack), automaticallyAfter: Duration.days(30) });
    secret.denyAccountRootDelete();
    return stack;
  }

  function moved(): Stack {
    const { stack, secret } = ours({ deployedName: DeployedName.explicit('old-name'), description: 'd', content: SecretContent.generateSecretString(generator) });
    secret.attach(DATABASE).addRotationSchedule('Schedule', { rotationLambda: rotationFunction(stack), automaticallyAfter: Duration.days(30) });
    secret.denyAccountRootDelete();
    return stack;
  }

  const idsOf = (stack: Stack) => Object.keys(assertions.Template.fromStack(stack).toJSON().Resources)
    .filter(id => id.startsWith('Secret') && !id.startsWith('Secrets'));

  test('every resource of the secret keeps its logical id', () => {
    expect(idsOf(moved()).sort()).toEqual(idsOf(l2()).sort());
    expect(idsOf(l2())).toHaveLength(4); // secret, attachment, schedule, policy
  });

  test('what would replace it or generate a new value is unchanged', () => {
    const [before, after] = [l2(), moved()].map(stack => onlyResource(stack, 'AWS::SecretsManager::Secret').Properties);
    expect(after.Name).toBe(before.Name);
    expect(after.GenerateSecretString).toEqual(before.GenerateSecretString);
    expect(after.Description).toBe(before.Description);
  });
});

describe('addRotationSchedule', () => {
  test('lets Secrets Manager invoke the function for this account only', () => {
    const { stack, secret } = ours();
    secret.addRotationSchedule('Schedule', { rotationLambda: rotationFunction(stack) });
    expect(onlyResource(stack, 'AWS::Lambda::Permission').Properties).toEqual({
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': [expect.stringMatching(/^Rotation/), 'Arn'] },
      Principal: 'secretsmanager.amazonaws.com',
      SourceAccount: ENV.account,
    });
  });

  test('gives the function this policy, whole', () => {
    const { stack, secret } = ours();
    secret.addRotationSchedule('Schedule', { rotationLambda: rotationFunction(stack) });
    expect(onlyResource(stack, 'AWS::IAM::Policy').Properties.PolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'],
        Resource: stack.resolve(secret.secretArn),
      },
      {
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: stack.resolve(secret.encryptionKey!.keyArn),
        Condition: {
          StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' },
          StringLike: { 'kms:EncryptionContext:SecretARN': [stack.resolve(secret.secretArn)] },
        },
      },
      { Effect: 'Allow', Action: 'secretsmanager:GetRandomPassword', Resource: '*' },
    ]);
  });

  test('waits for the permission and the policy, so that the first rotation succeeds', () => {
    const { stack, secret } = ours();
    secret.addRotationSchedule('Schedule', { rotationLambda: rotationFunction(stack) });
    const [schedule] = Object.values(assertions.Template.fromStack(stack).findResources('AWS::SecretsManager::RotationSchedule'));
    expect(schedule.DependsOn).toEqual(expect.arrayContaining([
      expect.stringMatching(/^RotationInvokeBySecretsManager/),
      expect.stringMatching(/^RotationServiceRoleDefaultPolicy/),
    ]));
  });

  test('shares one permission among the secrets of a function', () => {
    const { stack, secret } = ours();
    const shared = rotationFunction(stack);
    secret.addRotationSchedule('Schedule', { rotationLambda: shared });
    new ManagedSecret(stack, 'Second', { purpose: 'second' }).addRotationSchedule('Schedule', { rotationLambda: shared });
    assertions.Template.fromStack(stack).resourceCountIs('AWS::Lambda::Permission', 1);
  });

  test('says what an imported function needs', () => {
    const { stack, secret } = ours();
    const theirs = lambda.Function.fromFunctionArn(stack, 'Theirs', `arn:aws:lambda:eu-west-1:${ENV.account}:function:rotate`);
    secret.addRotationSchedule('Schedule', { rotationLambda: theirs });
    assertions.Annotations.fromStack(stack).hasWarning('/Stack/Secret/Schedule', assertions.Match.stringLikeRegexp('granted nothing.*PutSecretValue.*SourceAccount'));
    expect(onlyResource(stack, 'AWS::SecretsManager::RotationSchedule').Properties.RotationLambdaARN).toBe(`arn:aws:lambda:eu-west-1:${ENV.account}:function:rotate`);
  });

  test('takes hosted rotation as the L2 does', () => {
    const { stack, secret } = ours();
    secret.addRotationSchedule('Schedule', { hostedRotation: secretsmanager.HostedRotation.postgreSqlSingleUser({ functionName: 'rotate' }) });
    expect(onlyResource(stack, 'AWS::SecretsManager::RotationSchedule').Properties.HostedRotationLambda).toMatchObject({
      RotationType: 'PostgreSQLSingleUser', KmsKeyArn: stack.resolve(secret.encryptionKey!.keyArn),
    });
  });

  describe('by an application of AWS, which a database or SecretRotation adds', () => {
    const rotate = (stack: Stack, secret: ManagedSecret) => new rds.DatabaseInstance(stack, 'Database', {
      engine: rds.DatabaseInstanceEngine.POSTGRES,
      vpc: new ec2.Vpc(stack, 'Vpc', { natGateways: 0 }),
      credentials: rds.Credentials.fromSecret(secret, 'app'),
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    }).addRotationSingleUser();

    test('warns of nothing, because the application writes the policy of its role for secret and key', () => {
      const { stack, secret } = ours();
      rotate(stack, secret);
      assertions.Annotations.fromStack(stack).hasNoWarning('*', assertions.Match.anyValue());
      expect(onlyResource(stack, 'AWS::Serverless::Application').Properties.Parameters.kmsKeyArn).toEqual(stack.resolve(secret.encryptionKey!.keyArn));
      expect(onlyResource(stack, 'AWS::SecretsManager::RotationSchedule').Properties.RotationLambdaARN)
        .toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^DatabaseRotationSingleUser/), 'Outputs.RotationLambdaARN'] });
    });

    test('fails where the ARN of the key is not known, which the application would leave out', () => {
      const stack = testStack();
      const namespace = SecretNamespace.fromAttributes(stack, 'Secrets', { environment: 'prod', service: 'payments' });
      const secret = new ManagedSecret(stack, 'Secret', { namespace, purpose: 'key' });
      expect(() => rotate(stack, secret)).toThrow(/hosted rotation must know the ARN of the key.*\[at Stack\/Secret\/Attachment\]/);
    });
  });

  test('denies the deletion of the secret by the account, as the L2 does, in the one hardened policy', () => {
    const { stack, secret } = ours();
    secret.addRotationSchedule('Schedule', { rotationLambda: rotationFunction(stack) });
    const policy = onlyResource(stack, 'AWS::SecretsManager::ResourcePolicy');
    expect(policy.Properties.BlockPublicPolicy).toBe(true);
    expect(policy.Properties.ResourcePolicy.Statement).toHaveLength(1);
  });

  test('works on an import', () => {
    const stack = testStack();
    const theirs = ManagedSecret.fromName(stack, 'Theirs', 'prod/other/key', SecretEncryption.awsManagedKey());
    theirs.addRotationSchedule('Schedule', { rotationLambda: rotationFunction(stack) });
    expect(onlyResource(stack, 'AWS::Lambda::Permission').Properties.SourceAccount).toBe(ENV.account);
    expect(onlyResource(stack, 'AWS::IAM::Policy').Properties.PolicyDocument.Statement[0].Resource)
      .toBe('arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/other/key-??????');
  });
});

describe('attach', () => {
  test('gives a secret with our grants, in the name of the attachment', () => {
    const { stack, secret } = ours();
    const attached = secret.attach(DATABASE);
    const reader = new iam.Role(stack, 'Reader', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    attached.grantRead(reader);
    attached.grantWrite(reader);
    const [read, decrypt] = onlyResource(stack, 'AWS::IAM::Policy').Properties.PolicyDocument.Statement;
    expect(read.Resource).toEqual({ Ref: expect.stringMatching(/^SecretAttachment/) });
    expect(decrypt.Condition.StringLike['kms:EncryptionContext:SecretARN']).toEqual([read.Resource]);
    expect(onlyResource(stack, 'AWS::KMS::Key').Properties.KeyPolicy.Statement).toHaveLength(3);
  });

  test('keeps one resource policy, whatever the feature flags say', () => {
    const app = testApp({});
    const stack = testStack('Stack', app);
    new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments' });
    const secret = new ManagedSecret(stack, 'Secret', { purpose: 'key' });
    secret.denyAccountRootDelete();
    secret.attach(DATABASE).denyAccountRootDelete();
    assertions.Template.fromStack(stack).resourceCountIs('AWS::SecretsManager::ResourcePolicy', 1);
  });

  test('works on an import', () => {
    const stack = testStack();
    ManagedSecret.fromName(stack, 'Theirs', 'prod/other/key', SecretEncryption.awsManagedKey()).attach(DATABASE);
    expect(onlyResource(stack, 'AWS::SecretsManager::SecretTargetAttachment').Properties.TargetType).toBe('AWS::RDS::DBInstance');
  });
});

describe('constructs that take a secret get our grant', () => {
  test('a container', () => {
    const { stack, secret } = ours({ purpose: 'key', content: SecretContent.generatedField() });
    const task = new ecs.FargateTaskDefinition(stack, 'Task');
    task.addContainer('App', { image: ecs.ContainerImage.fromRegistry('app'), secrets: { PASSWORD: ecs.Secret.fromSecretsManager(secret, 'password') } });
    const decrypt = onlyResource(stack, 'AWS::IAM::Policy').Properties.PolicyDocument.Statement[1];
    expect(decrypt.Condition.StringEquals).toEqual({ 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' });
    expect(onlyResource(stack, 'AWS::ECS::TaskDefinition').Properties.ContainerDefinitions[0].Secrets[0].ValueFrom)
      .toEqual({ 'Fn::Join': ['', [stack.resolve(secret.secretArn), ':password::']] });
  });

  /** CodeBuild takes the ARN as text, and cannot ask the secret for its grant. */
  test.each([
    ['alone lacks the key', false, 'ImplicitlyDenied'], ['has all it needs with `grantRead(project)`', true, 'Allowed'],
  ])('a build project %s', async (_, isGranted, decision) => {
    const { stack, secret } = ours();
    const project = new codebuild.Project(stack, 'Project', {
      buildSpec: codebuild.BuildSpec.fromObject({ version: '0.2' }),
      environmentVariables: { API_KEY: { type: codebuild.BuildEnvironmentVariableType.SECRETS_MANAGER, value: secret.secretArn } },
    });
    if (isGranted) secret.grantRead(project);
    const model = accessModel(resolveTemplates((stack.node.root as App).synth()));
    expect((await readSecret(model, roleOf(model, 'Stack/Project/Role'), 'prod/payments/key')).decision).toBe(decision);
  });

  test('a database', () => {
    const { stack, secret } = ours({ purpose: 'db', content: SecretContent.generatedField({ template: { username: 'app' } }) });
    new rds.DatabaseInstance(stack, 'Database', {
      engine: rds.DatabaseInstanceEngine.POSTGRES,
      vpc: new ec2.Vpc(stack, 'Vpc'),
      credentials: rds.Credentials.fromSecret(secret),
    });
    const password = onlyResource(stack, 'AWS::RDS::DBInstance').Properties.MasterUserPassword;
    expect(JSON.stringify(password)).toContain('{{resolve:secretsmanager:');
  });

  test('a value by dynamic reference', () => {
    const { stack, secret } = ours();
    expect(stack.resolve(secret.secretValueFromJson('password').unsafeUnwrap())).toEqual({
      'Fn::Join': ['', ['{{resolve:secretsmanager:', stack.resolve(secret.secretArn), ':SecretString:password::}}']],
    });
    expect(secret.secretFullArn).toBe(secret.secretArn);
    expect(secret.secretArnForPolicies).toBeDefined();
  });
});

test('a replica that the L2 would add is refused, because the grants would leave it out', () => {
  expect(() => ours().secret.addReplicaRegion('us-east-1')).toThrow(/`replicas` must hold every region.*add ReplicaRegion.of\("us-east-1"\) there/);
});
