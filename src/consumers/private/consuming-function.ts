import { aws_lambda as lambda, CfnResource, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { fail } from '../../private/errors';

const MAX_LAYERS = 5;

/** Names that Lambda or the extension gives a meaning of its own. */
const RESERVED = /^(AWS_|LAMBDA_|_|SECRETS_MANAGER_|SSM_PARAMETER_STORE_|PARAMETERS_SECRETS_EXTENSION_)/;
const VARIABLE = /^[A-Za-z][A-Za-z0-9_]+$/;

/** A function whose configuration this app writes; fails on any other, with what can be done about it. */
export function changeableFunction(path: string, target: lambda.IFunction): lambda.Function {
  if (isChangeable(target)) return target;
  if (target instanceof lambda.QualifiedFunctionBase) {
    return fail(path, `\`function\` must be the function itself, got ${target.node.path}, which is a version or an alias and cannot be changed; `
      + 'give its function');
  }
  return fail(path, `\`function\` must be a function of this app for the extension and \`environment\`, got ${target.node.path}, which is imported; `
    + 'create the consumer in the app of the function, or leave `environment` out and give `extension: ParametersAndSecretsExtension.none()`');
}

function isChangeable(target: lambda.IFunction): target is lambda.Function {
  const { addEnvironment, addLayers } = target as Partial<lambda.Function>;
  return addEnvironment !== undefined && addLayers !== undefined;
}

/** Fails where the account or the region of the function is another one: neither its role nor its environment could follow. */
export function requireSameEnvironment(path: string, scope: IConstruct, { env, node }: lambda.IFunction): void {
  const { account, region } = Stack.of(scope);
  const differs = (one: string, other: string) => Token.compareStrings(one, other) === TokenComparison.DIFFERENT;
  if (!differs(env.account, account) && !differs(env.region, region)) return;
  fail(path, `\`function\` must be of this stack's account and region, ${account} in ${region}, got ${node.path} of ${env.account} in ${env.region}; create the consumer in a `
    + 'stack there, and import the secret: ManagedSecret.fromAttributes, with `sharedByOwner: true` for the secret of another account');
}

/** An image holds its extensions itself. */
export function requireLayers(path: string, target: lambda.Function): void {
  if (target.runtime === lambda.Runtime.FROM_IMAGE) {
    fail(path, `\`function\` must not be a container image for an extension from a layer, got ${target.node.path}; copy the extension into the image and give \`extension: `
      + 'ParametersAndSecretsExtension.none()`');
  }
  const layers: unknown[] = resolved(target, 'layers') ?? [];
  if (layers.length >= MAX_LAYERS) {
    fail(path, `\`function\` must have at most ${MAX_LAYERS - 1} layers besides the extension, got ${layers.length} of ${target.node.path}; take one out, or `
      + 'read the secret without the extension: ParametersAndSecretsExtension.none()');
  }
}

/** Fails on a variable that the function has already. */
export function requireFree(path: string, target: lambda.Function, names: readonly string[]): void {
  const taken = names.find(name => name in (resolved(target, 'environment')?.variables ?? {}));
  if (taken === undefined) return;
  fail(path, `the variable ${taken} must not be set already on ${target.node.path}; leave it out of the function, and leave \`paramsAndSecrets\` out. A function `
    + 'has one LambdaFunctionConsumer');
}

/** Fails unless Lambda takes it, and the extension means nothing by it. */
export function requireVariable(path: string, name: string): void {
  if (VARIABLE.test(name) && !RESERVED.test(name)) return;
  fail(path, `\`environment\` must have names of letters, digits and underscores that begin with a letter and are not reserved for Lambda or the extension, got ${JSON.stringify(name)}; `
    + 'choose another, such as DB_SECRET_ARN');
}

/** What a restart would not reach: environments of a version keep what they have read, and a snapshot holds it. */
export function unreached(target: lambda.IFunction): string[] {
  if (target instanceof lambda.QualifiedFunctionBase) return [`${target.node.path} is a version or an alias`];
  const stack = Stack.of(target);
  const reference = JSON.stringify(stack.resolve(target.functionName));
  const versions = stack.node.findAll().filter(each => CfnResource.isCfnResource(each) && each.cfnResourceType === 'AWS::Lambda::Version')
    .filter(each => JSON.stringify(stack.resolve((each as lambda.CfnVersion).functionName)) === reference);
  return [
    ...versions.map(({ node }) => `${node.path} is a published version`),
    ...resolved(target, 'snapStart') === undefined ? [] : [`${target.node.path} starts from snapshots`],
  ];
}

function resolved(target: lambda.IFunction, property: 'environment' | 'layers' | 'snapStart'): any { // As the template will hold it.
  const resource = target.node.defaultChild as lambda.CfnFunction | undefined;
  return resource && Stack.of(target).resolve(resource[property]);
}
