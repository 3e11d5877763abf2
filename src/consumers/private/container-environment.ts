import { aws_ecs as ecs, Stack } from 'aws-cdk-lib';
import type { FollowedService } from './ecs-service';
import { fail } from '../../private/errors';
import { requireText, type TextRule } from '../../private/validation';
import type { SecretField } from '../secret-field';
import { requireSecretFields } from './consumed-secrets';

type Environment = Record<string, SecretField>;

const VARIABLE: TextRule = {
  pattern: /^[A-Za-z_][A-Za-z0-9_.-]*$/,
  words: 'names of environment variables such as DB_PASSWORD',
};

/** What is given, each field once. */
export function requireFields(path: string, environment: Environment | undefined): SecretField[] {
  if (environment === undefined) return [];
  requireSecretFields(path, 'environment', environment);
  const fields = Object.entries(environment);
  if (fields.length === 0) fail(path, '`environment` must name at least one variable, got none; name one, or leave it out');
  const names = new Map<string, string>();
  for (const [name, field] of fields) {
    requireText(path, 'environment', name, VARIABLE);
    requireJsonField(path, name, field);
    const key = `${field.secret.node.path} ${field.jsonField ?? ''}`;
    const other = names.get(key);
    if (other !== undefined) fail(path, `\`environment\` must hold each field once, and ${other} and ${name} are the same one of ${field.secret.node.path}; remove one`);
    names.set(key, name);
  }
  return fields.map(([, field]) => field);
}

/** Amazon ECS reads what follows a colon as label and version. */
function requireJsonField(path: string, name: string, { jsonField }: SecretField): void {
  if (jsonField === undefined || (jsonField !== '' && !jsonField.includes(':'))) return;
  fail(path, `\`environment.${name}\` must be a field whose name Amazon ECS can read, got ${JSON.stringify(jsonField)}; `
    + 'it must not be empty, and must not have a colon: rename the field in the secret');
}

/** The container that gets the variables, none of which it has yet. */
export function containerFor(
  path: string,
  { taskDefinition, path: servicePath }: FollowedService,
  { environment, containerName }: { environment: Environment; containerName?: string },
): ecs.ContainerDefinition {
  if (taskDefinition === undefined) {
    fail(path, `\`environment\` must be left out for ${servicePath}, which is imported, because its task definition is not this app's to change; `
      + 'give `secrets`, and add the variables where the service is created');
  }
  const container = containerName === undefined ? taskDefinition.defaultContainer : taskDefinition.findContainer(containerName);
  if (container === undefined) {
    fail(path, containerName === undefined
      ? `\`service\` must have a container, and the task definition ${taskDefinition.node.path} has none yet; add it before this construct`
      : `\`containerName\` must name a container of ${taskDefinition.node.path}, got ${JSON.stringify(containerName)}; correct it, or add the container first`);
  }
  requireFree(path, container, Object.keys(environment));
  return container;
}

function requireFree(path: string, container: ecs.ContainerDefinition, names: string[]): void {
  const rendered: ecs.CfnTaskDefinition.ContainerDefinitionProperty = Stack.of(container).resolve(container.renderContainerDefinition());
  const { environment, secrets } = rendered;
  const taken = [environment, secrets].flatMap(each => Array.isArray(each) ? each : []).map(each => (each as { name?: string }).name);
  const twice = names.find(name => taken.includes(name));
  if (twice !== undefined) {
    fail(path, `\`environment\` must not have ${twice}, which the container ${container.containerName} has already; remove it there, or take another name`);
  }
}

export function addEnvironment(container: ecs.ContainerDefinition, environment: Environment): void {
  for (const [name, { secret, jsonField }] of Object.entries(environment)) {
    container.addSecret(name, ecs.Secret.fromSecretsManager(secret, jsonField));
  }
}
