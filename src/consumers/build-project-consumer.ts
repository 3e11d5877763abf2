import { aws_codebuild as codebuild } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { requireSecretFields } from './private/consumed-secrets';
import type { SecretField } from './secret-field';
import { fail, pathOf } from '../private/errors';
import { withInjected } from '../private/property-injection';
import { requireMade, requireSome } from '../private/validation';

/** Properties of `BuildProjectConsumer`. */
export interface BuildProjectConsumerProps {
  /** The project, of this app. */
  readonly project: codebuild.IProject;

  /** The environment variables of every build, by their names: letters, digits and `_`, not beginning with a digit or `CODEBUILD_`. */
  readonly environment: { [name: string]: SecretField };
}

/**
 * A project of AWS CodeBuild that gets fields of secrets as environment variables. CodeBuild reads them when a build starts, so that each
 * build has the value of its time.
 *
 * The role of the project is granted secret and key. The variables of the L2 grant the secret alone, and a build then fails at the key.
 *
 * @see https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec.env.secrets-manager
 *
 * @example
 * new BuildProjectConsumer(this, 'Build', { project, environment: { API_KEY: SecretField.of(apiKey) } });
 */
export class BuildProjectConsumer extends Construct {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.BuildProjectConsumer';

  constructor(scope: Construct, id: string, props: BuildProjectConsumerProps) {
    const { project, environment } = withInjected(BuildProjectConsumer.PROPERTY_INJECTION_ID, scope, id, props);
    const path = pathOf(scope, id);
    requireMade(path, 'project', project ?? null, PROJECT);
    const resource = requireOwnProject(path, project);
    const before = environmentOf(path, resource);
    requireSecretFields(path, 'environment', environment);
    requireSome(path, 'environment', Object.keys(environment), 'a consumer without a variable reads nothing');
    Object.entries(environment).forEach(([name, field]) => requireVariable(path, name, field, variablesOf(before)));
    super(scope, id);
    Object.values(environment).forEach(({ secret }) => secret.grantRead(project));
    resource.environment = { ...before, environmentVariables: [...variablesOf(before), ...Object.entries(environment).map(variable)] };
  }
}

const PROJECT = { member: 'projectArn', words: 'a project of AWS CodeBuild' };

type Environment = codebuild.CfnProject.EnvironmentProperty;
type Variable = codebuild.CfnProject.EnvironmentVariableProperty;

/** What CodeBuild takes for a name, but for the names that are its own. */
const VARIABLE_NAME = /^(?!CODEBUILD_)[A-Za-z_][A-Za-z0-9_]*$/;

function requireOwnProject(path: string, project: codebuild.IProject): codebuild.CfnProject {
  const resource = project.node.defaultChild;
  if (resource instanceof codebuild.CfnProject) return resource;
  return fail(path, `\`project\` must be a project of this app, got the imported ${project.node.path}; grant its role \`grantRead\`, and give `
    + 'it the variables where it is defined');
}

/** The L2 gives the environment as an object, unless an escape hatch has put a token there. */
function environmentOf(path: string, { environment, node }: codebuild.CfnProject): Environment {
  if (environment !== undefined && 'type' in environment && Array.isArray(environment.environmentVariables ?? [])) return environment;
  return fail(path, `the environment of ${node.path} must be known at synthesis; leave its variables to the L2 and to this construct`);
}

function variablesOf({ environmentVariables }: Environment): Variable[] {
  return environmentVariables as Variable[] | undefined ?? [];
}

function requireVariable(path: string, name: string, { jsonField }: SecretField, taken: Variable[]): void {
  if (!VARIABLE_NAME.test(name)) {
    fail(path, '`environment` must have names of letters, digits and _ that do not begin with a digit or with CODEBUILD_, got '
      + `${JSON.stringify(name)}; rename it`);
  }
  if (taken.some(each => each.name === name)) fail(path, `\`environment\` must not have ${name}, which the project has already; remove one`);
  if (jsonField?.includes(':')) {
    fail(path, `the field of ${name} must be without a colon, at which CodeBuild ends it, got ${JSON.stringify(jsonField)}; rename the field`);
  }
}

/** `<secret>:<field>`: the stage is `AWSCURRENT` where none is named. */
function variable([name, { secret, jsonField }]: [string, SecretField]): Variable {
  const value = jsonField === undefined ? secret.secretArn : `${secret.secretArn}:${jsonField}`;
  return { name, type: codebuild.BuildEnvironmentVariableType.SECRETS_MANAGER, value };
}
