import { App, assertions, aws_iam as iam, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- the file is JSON without types
const RECOMMENDED_FLAGS = require('aws-cdk-lib/recommended-feature-flags.json');

export const ENV = { account: '111122223333', region: 'eu-west-1' };
export const OTHER_ACCOUNT = '444455556666';

/**
 * Without what an app does for who reads its output or deploys it, and no test does: a stack trace of each resource costs a quarter of the time that
 * it takes to make it, and a copy of each rotation function a fifth.
 */
export const QUICK = { 'aws:cdk:disable-asset-staging': true, '@aws-cdk/core:validationReportPrettyPrint': false, 'aws:cdk:disable-creation-stack-traces': true };

/**
 * An app with the flags of a new CDK project. Without the template validation, which costs a second a synthesis, and without `tree.json`, for which
 * the CDK resolves all properties once more: a quarter of the time of a synthesis.
 */
export function testApp(flags: Record<string, unknown> = RECOMMENDED_FLAGS): App {
  return appWith({ ...flags, ...QUICK });
}

/** The same with its assets in the cloud assembly, and without flags. */
export function appWithAssets(context: Record<string, unknown> = {}): App {
  return appWith({ ...QUICK, 'aws:cdk:disable-asset-staging': false, ...context });
}

function appWith(context: Record<string, unknown>): App {
  return new App({ context, treeMetadata: false, builtinCloudFormationValidation: false } as ConstructorParameters<typeof App>[0]);
}

export function testStack(id = 'Stack', app: Construct = testApp(), env: typeof ENV | undefined = ENV): Stack {
  return new Stack(app, id, { env });
}

export function agnosticStack(id = 'Stack', app: Construct = testApp()): Stack {
  return new Stack(app, id);
}

export function role(scope: Construct, id = 'Reader'): iam.Role {
  return new iam.Role(scope, id, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
}

/** The statements of the one policy that the template attaches to a role. */
export function roleStatements(stack: Stack): unknown[] {
  const policies = Object.values(assertions.Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  expect(policies).toHaveLength(1);
  return policies[0].Properties.PolicyDocument.Statement;
}

/** The only resource of a type. */
export function onlyResource(stack: Stack, type: string): { Properties: any; DeletionPolicy?: string; UpdateReplacePolicy?: string } {
  const resources = Object.values(assertions.Template.fromStack(stack).findResources(type));
  expect(resources).toHaveLength(1);
  return resources[0] as { Properties: any };
}
