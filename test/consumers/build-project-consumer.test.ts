import { assertions, aws_codebuild as codebuild, aws_secretsmanager as secretsmanager, Lazy, Stack } from 'aws-cdk-lib';
import { BuildProjectConsumer, ManagedSecret, SecretEncryption, SecretField, SecretNamespace } from 'cdk-managed-secrets';
import { onlyResource, testStack } from '../support/test-app';

/** What a build gets; whether its role may read it is decided in services.test.ts. */

type Variables = Record<string, codebuild.BuildEnvironmentVariable>;

function projectIn(stack: Stack, environmentVariables?: Variables): codebuild.Project {
  return new codebuild.Project(stack, 'Project', { buildSpec: codebuild.BuildSpec.fromObject({ version: '0.2' }), environmentVariables });
}

function secretIn(stack: Stack): ManagedSecret {
  new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments' });
  return new ManagedSecret(stack, 'Secret', { purpose: 'key' });
}

const variables = (stack: Stack) => onlyResource(stack, 'AWS::CodeBuild::Project').Properties.Environment.EnvironmentVariables;
const type = 'SECRETS_MANAGER';

test('fields and whole values join the variables that the project has', () => {
  const stack = testStack();
  const secret = secretIn(stack);
  const project = projectIn(stack, { STAGE: { value: 'prod' } });
  new BuildProjectConsumer(stack, 'Build', { project, environment: { PASSWORD: SecretField.of(secret, 'password'), ALL: SecretField.of(secret) } });
  new BuildProjectConsumer(stack, 'More', { project, environment: { TOKEN: SecretField.of(secret, 'token') } });

  const arn = stack.resolve(secret.secretArn);
  const ofField = (field: string) => ({ 'Fn::Join': ['', [arn, `:${field}`]] });
  expect(variables(stack)).toEqual([
    { Name: 'STAGE', Type: 'PLAINTEXT', Value: 'prod' },
    { Name: 'PASSWORD', Type: type, Value: ofField('password') },
    { Name: 'ALL', Type: type, Value: arn },
    { Name: 'TOKEN', Type: type, Value: ofField('token') },
  ]);
});

test('an import is named by its ARN', () => {
  const stack = testStack();
  const secret = ManagedSecret.fromName(stack, 'Theirs', 'prod/other/key', SecretEncryption.awsManagedKey());
  new BuildProjectConsumer(stack, 'Build', { project: projectIn(stack), environment: { KEY: SecretField.of(secret) } });
  expect(variables(stack)).toEqual([{ Name: 'KEY', Type: type, Value: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/other/key' }]);
});

describe('bad input is one error, before anything is created:', () => {
  const consume = (environment: (secret: ManagedSecret) => Record<string, SecretField>, project: (stack: Stack) => codebuild.IProject) => {
    const stack = testStack();
    const props = { project: project(stack), environment: environment(secretIn(stack)) };
    const before = JSON.stringify(assertions.Template.fromStack(stack));
    let error: unknown;
    try {
      new BuildProjectConsumer(stack, 'Build', props);
    } catch (thrown) {
      error = thrown;
    }
    expect(stack.node.tryFindChild('Build')).toBeUndefined();
    expect(JSON.stringify(assertions.Template.fromStack(stack))).toBe(before);
    return String(error);
  };
  const named = (name: string) => (secret: ManagedSecret) => ({ [name]: SecretField.of(secret) });
  const imported = (stack: Stack) => codebuild.Project.fromProjectName(stack, 'Theirs', 'theirs');
  const opaque = (stack: Stack) => {
    const project = projectIn(stack);
    const resource = project.node.defaultChild as codebuild.CfnProject;
    const { environment } = resource;
    resource.environment = Lazy.any({ produce: () => environment });
    return project;
  };

  test.each<[string, (secret: ManagedSecret) => Record<string, SecretField>, RegExp, ((stack: Stack) => codebuild.IProject)?]>([
    ['no variable', () => ({}), /`environment` must name at least one/],
    ['a name with a hyphen', named('API-KEY'), /names of letters, digits and _.*got "API-KEY"; rename it/],
    ['a name that begins with a digit', named('1KEY'), /got "1KEY"/],
    ['a name of CodeBuild', named('CODEBUILD_KEY'), /got "CODEBUILD_KEY"/],
    ['a name that is taken', named('STAGE'), /must not have STAGE, which the project has already/, stack => projectIn(stack, { STAGE: { value: 'prod' } })],
    ['a field with a colon', secret => ({ KEY: SecretField.of(secret, 'a:b') }), /the field of KEY must be without a colon.*got "a:b"/],
    ['a secret of the L2', ({ stack }) => ({ KEY: SecretField.of(new secretsmanager.Secret(stack, 'Plain') as never) }), /must hold secrets of this package.*got Stack\/Plain/],
    ['an imported project', named('KEY'), /must be a project of this app, got the imported Stack\/Theirs/, imported],
    ['an environment that is a token', named('KEY'), /environment of Stack\/Project\/Resource must be known at synthesis/, opaque],
  ])('%s', (_, environment, message, project = projectIn) => {
    const error = consume(environment, project);
    expect(error).toMatch(message);
    expect(error).toContain('[at Stack/Build]');
  });
});
