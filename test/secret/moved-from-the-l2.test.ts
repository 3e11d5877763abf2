import { assertions, aws_iam as iam, aws_lambda as lambda, aws_rds as rds, aws_secretsmanager as secretsmanager, Aws, CfnElement, Stack } from 'aws-cdk-lib';
import {
  DatabaseRotator, DeployedName, GuardRail, HostedSsl, ManagedSecret, RotatedDatabaseSecret, RotationStrategy, RotationTarget, SecretContent,
  SecretEncryption, SecretNamespace,
} from 'cdk-managed-secrets';
import type { IConstruct } from 'constructs';
import { instance, NAMESPACE, resourceOf, resourcesOf, World, world } from '../rotation/rotated-databases';
import { testApp, testStack } from '../support/test-app';

/**
 * A deployed secret of the L2, and all that CloudFormation keeps with it, is updated in place by the construct that takes its place: the
 * same logical ids, and the same values of the properties whose change is a replacement. This holds under every setting of the feature
 * flags that touch secrets and databases, because a deployed app keeps the flags that it has.
 */

const RECOMMENDED: Record<string, unknown> = jest.requireActual('aws-cdk-lib/recommended-feature-flags.json');
const RELEVANT = Object.keys(RECOMMENDED).filter(flag => /secret|rds|rotation/i.test(flag));
const OF_ATTACHMENTS = '@aws-cdk/aws-secretsmanager:useAttachedSecretResourcePolicyForSecretTargetAttachments';

const SETTINGS: [string, Record<string, unknown>][] = [
  ['all recommended flags', RECOMMENDED],
  ['no flag', {}],
  ...RELEVANT.map((flag): [string, Record<string, unknown>] => [`${flag} alone`, { [flag]: true }]),
];

/** What is lost with its old value when CloudFormation replaces it. */
const [SECRET, ATTACHMENT, POLICY, SCHEDULE] = [
  'AWS::SecretsManager::Secret', 'AWS::SecretsManager::SecretTargetAttachment', 'AWS::SecretsManager::ResourcePolicy', 'AWS::SecretsManager::RotationSchedule',
];

/** The properties of which CloudFormation replaces the resource, or makes a new value. */
const IDENTITY: Record<string, string[]> = {
  [SECRET]: ['Name', 'GenerateSecretString', 'SecretString'],
  [ATTACHMENT]: ['SecretId', 'TargetId', 'TargetType'],
  [POLICY]: ['SecretId', 'ResourcePolicy'],
  [SCHEDULE]: ['SecretId'],
};

const POSTGRES_SINGLE_USER = secretsmanager.SecretRotationApplication.POSTGRES_ROTATION_SINGLE_USER;
const GENERATOR = { secretStringTemplate: '{"username":"app"}', generateStringKey: 'password', excludeCharacters: '/@" ' };

/** All that stands in a template of these types, by logical id. */
function deployed(stack: Stack): Record<string, unknown> {
  return Object.fromEntries(Object.entries(resourcesOf(stack)).filter(([, { Type }]) => Type in IDENTITY).map(([id, { Type, Properties }]) => [
    id, { Type, ...Object.fromEntries(IDENTITY[Type].map(name => [name, Properties[name]])) },
  ]));
}

function typesOf(resources: Record<string, unknown>): string[] {
  return Object.values(resources).map(each => (each as { Type: string }).Type);
}

function rotationLambda({ stack }: World): lambda.Function {
  return new lambda.Function(stack, 'Rotation', { runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('//') });
}

const ofL2 = ({ stack }: World): secretsmanager.Secret => new secretsmanager.Secret(stack, 'Sec', { generateSecretString: GENERATOR });

const ofOurs = ({ stack }: World): ManagedSecret => new ManagedSecret(stack, 'Sec', { deployedName: DeployedName.generated(), content: SecretContent.generateSecretString(GENERATOR) });

/** What an app does with its secret, whichever of the two it is. */
const USES: [string, string[], (at: World, secret: secretsmanager.Secret) => void][] = [
  ['rotated by a function', [SECRET, POLICY, SCHEDULE], (at, secret) => {
    secret.addRotationSchedule('Schedule', { rotationLambda: rotationLambda(at) });
  }],
  ['attached and rotated by a function', [SECRET, ATTACHMENT, POLICY, SCHEDULE], (at, secret) => {
    secret.attach(instance(at)).addRotationSchedule('Schedule', { rotationLambda: rotationLambda(at) });
  }],
  ['attached and rotated by a hosted function', [SECRET, ATTACHMENT, POLICY, SCHEDULE], (at, secret) => {
    secret.attach(instance(at)).addRotationSchedule('Schedule', { hostedRotation: secretsmanager.HostedRotation.postgreSqlSingleUser({ functionName: 'rotate' }) });
  }],
  ['attached and rotated by a hosted application', [SECRET, ATTACHMENT, POLICY, SCHEDULE], (at, secret) => {
    const database = instance(at);
    new secretsmanager.SecretRotation(at.stack, 'App', { secret: secret.attach(database), target: database, vpc: at.vpc, application: POSTGRES_SINGLE_USER });
  }],
  ['attached and rotated as a user beside the master user', [SECRET, ATTACHMENT, POLICY, SCHEDULE], (at, secret) => {
    const database = instance(at);
    database.addRotationMultiUser('App', { secret: secret.attach(database) });
  }],
  ['attached, with a policy of its own', [SECRET, ATTACHMENT, POLICY], (at, secret) => {
    secret.attach(instance(at));
    secret.denyAccountRootDelete();
  }],
  ['attached, not rotated', [SECRET, ATTACHMENT], (at, secret) => {
    secret.attach(instance(at));
  }],
];

/** `ManagedSecret` for `Secret`, as the guide shows it. */
describe.each(SETTINGS)('with %s', (_, flags) => {
  test.each(USES)('a secret is adopted that is %s', (__, types, use) => {
    const [before, after] = [ofL2, ofOurs].map(create => {
      const at = world(testApp(flags));
      use(at, create(at));
      return deployed(at.stack);
    });
    expect(typesOf(before)).toEqual(expect.arrayContaining(types));
    expect(after).toEqual(before);
  });

  test.each(['a function', 'a hosted application'])('a secret that %s rotates is adopted by RotatedDatabaseSecret', by => {
    const before = world(testApp(flags));
    const database = instance(before);
    const attached = ofL2(before).attach(database);
    if (by === 'a function') attached.addRotationSchedule('RotationSchedule', { rotationLambda: rotationLambda(before) });
    else new secretsmanager.SecretRotation(before.stack, 'App', { secret: attached, target: database, vpc: before.vpc, application: POSTGRES_SINGLE_USER });

    const after = world(testApp(flags));
    new RotatedDatabaseSecret(after.stack, 'Sec', {
      deployedName: DeployedName.generated(), username: 'app', database: RotationTarget.fromInstance(instance(after)), content: SecretContent.generateSecretString(GENERATOR),
    });
    expect(typesOf(deployed(before.stack))).toEqual(expect.arrayContaining([SECRET, ATTACHMENT, POLICY, SCHEDULE]));
    expect(deployed(after.stack)).toEqual(deployed(before.stack));
  });

  test('a secret that a hosted function rotates stays hosted, under its name', () => {
    const before = world(testApp(flags));
    const hostedRotation = secretsmanager.HostedRotation.postgreSqlSingleUser({ functionName: 'rotate', vpc: before.vpc });
    ofL2(before).attach(instance(before)).addRotationSchedule('RotationSchedule', { hostedRotation });

    const after = world(testApp(flags));
    new RotatedDatabaseSecret(after.stack, 'Sec', {
      deployedName: DeployedName.generated(),
      username: 'app',
      database: RotationTarget.fromInstance(instance(after)),
      content: SecretContent.generateSecretString(GENERATOR),
      rotator: DatabaseRotator.hosted(after.stack, 'Rotator', { functionName: 'rotate', vpc: after.vpc, ssl: HostedSsl.IN_VALUE }),
    });
    expect(deployed(after.stack)).toEqual(deployed(before.stack));
    const [was, is] = [before, after].map(({ stack }) => resourceOf(stack, SCHEDULE).Properties.HostedRotationLambda);
    expect([is.RotationType, is.RotationLambdaName]).toEqual([was.RotationType, was.RotationLambdaName]);
  });

  test('the generated secret of a database is adopted under the logical ids that the guide takes from the template', () => {
    const before = world(testApp(flags));
    instance(before, { credentials: rds.Credentials.fromGeneratedSecret('app') }).addRotationSingleUser();
    const ids = Object.keys(deployed(before.stack));
    const idOf = (type: string) => ids.find(id => (deployed(before.stack)[id] as { Type: string }).Type === type)!;

    const after = world(testApp(flags));
    const secret = new ManagedSecret(after.stack, 'DatabaseSecret', {
      deployedName: DeployedName.generated(),
      description: `Generated by the CDK for stack: ${Aws.STACK_NAME}`,
      content: SecretContent.generateSecretString({
        passwordLength: 30,
        secretStringTemplate: JSON.stringify({ username: 'app' }),
        generateStringKey: 'password',
        excludeCharacters: ' %+~`#$&*()|[]{}:;<>?!\'/@"\\',
      }),
    });
    instance(after, { credentials: rds.Credentials.fromSecret(secret, 'app') }).addRotationSingleUser();
    keepLogicalIds(secret, { secret: idOf(SECRET), attachment: idOf(ATTACHMENT), schedule: idOf(SCHEDULE), policy: idOf(POLICY) });
    expect(deployed(after.stack)).toEqual(deployed(before.stack));
  });
});

/** As the guide says. */
function keepLogicalIds(secret: ManagedSecret, ids: { secret: string; attachment: string; schedule: string; policy: string }): void {
  const attachment = secret.node.findChild('Attachment');
  const keep = (construct: IConstruct, id: string) => (construct.node.defaultChild as CfnElement).overrideLogicalId(id);
  keep(secret, ids.secret);
  keep(attachment, ids.attachment);
  keep(attachment.node.findChild('RotationSchedule'), ids.schedule);
  keep(secret.node.findChild('Policy'), ids.policy);
}

describe('without the flag of attachments', () => {
  const POLICY_OF_ATTACHMENT = 'SecAttachmentPolicy88610CC9';
  const policies = (stack: Stack) => Object.keys(deployed(stack)).filter(id => (deployed(stack)[id] as { Type: string }).Type === POLICY);

  test.each([
    ['before', true], ['after', false],
  ])('the policy keeps its logical id when the namespace gets guard rails, or the app adds statements %s it is attached', (_, isBefore) => {
    const stack = testStack('Stack', testApp({}));
    new SecretNamespace(stack, 'Secrets', { ...NAMESPACE, guardRails: [GuardRail.denyOutsideOrganization('o-a1b2c3d4e5')] });
    const secret = new ManagedSecret(stack, 'Sec', { deployedName: DeployedName.generated() });
    const addStatement = () => secret.addToResourcePolicy(new iam.PolicyStatement({
      effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions: ['secretsmanager:PutSecretValue'], resources: ['*'],
    }));
    if (isBefore) addStatement();
    secret.attach({ asSecretAttachmentTarget: () => ({ targetId: 'db', targetType: secretsmanager.AttachmentTargetType.RDS_DB_INSTANCE }) }).denyAccountRootDelete();
    if (!isBefore) addStatement();
    expect(policies(stack)).toEqual([POLICY_OF_ATTACHMENT]);
    const [{ ResourcePolicy }] = [deployed(stack)[POLICY_OF_ATTACHMENT] as { ResourcePolicy: { Statement: unknown[] } }];
    expect(ResourcePolicy.Statement).toHaveLength(3);
  });

  test('is the one flag that decides it', () => {
    expect(RELEVANT).toContain(OF_ATTACHMENTS);
  });
});

describe('a rotated database secret cannot be deleted by a principal of the account, as one that the L2 rotates', () => {
  const DENIAL = {
    Effect: 'Deny',
    Action: 'secretsmanager:DeleteSecret',
    Principal: { AWS: expect.anything() },
    Resource: '*',
  };
  const policyOf = (stack: Stack, id: string) => Object.entries(deployed(stack))
    .filter(([logicalId, each]) => logicalId.startsWith(id) && (each as { Type: string }).Type === POLICY)
    .map(([, each]) => (each as { ResourcePolicy: { Statement: unknown[] } }).ResourcePolicy.Statement);
  const rotated = (at: World, strategy?: RotationStrategy) => new RotatedDatabaseSecret(at.stack, 'Sec', {
    purpose: 'db', username: 'app', database: RotationTarget.fromInstance(instance(at)), strategy,
  });

  test('itself', () => {
    const at = world();
    rotated(at);
    expect(policyOf(at.stack, 'Sec')).toEqual([[DENIAL]]);
  });

  test.each<[string, (stack: Stack) => secretsmanager.ISecret]>([
    ['of the L2', stack => new secretsmanager.Secret(stack, 'Superuser')],
    ['of this package', stack => new ManagedSecret(stack, 'Superuser', { purpose: 'superuser' })],
  ])('nor the secret of its superuser, which is %s', (_, superuser) => {
    const at = world();
    rotated(at, RotationStrategy.alternatingUsers({ superuserSecret: superuser(at.stack) }));
    expect(policyOf(at.stack, 'Superuser')).toEqual([[DENIAL]]);
  });

  test('and what another app owns is left to it, without a warning', () => {
    const at = world();
    const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!cluster-0a1b2c-a1b2c3';
    rotated(at, RotationStrategy.alternatingUsers({ superuserSecret: ManagedSecret.fromArn(at.stack, 'Superuser', arn, SecretEncryption.awsManagedKey()) }));
    expect(policyOf(at.stack, 'Superuser')).toEqual([]);
    assertions.Annotations.fromStack(at.stack).hasNoWarning('*', assertions.Match.stringLikeRegexp('resource policy'));
  });
});
