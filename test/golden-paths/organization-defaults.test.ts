import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { App, assertions, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { applyOrganizationDefaults, OrganizationStage, ServiceSecrets } from '../../examples/organization-defaults/organization';
import { GuardRail, ManagedSecret, NameLevel, SecretNamespace } from '../../src';
import { appWithAssets } from '../support/test-app';

/** What a team cannot leave out, and what it can have otherwise. */

let stage: OrganizationStage;
let stack: Stack;
beforeEach(() => {
  const app = appWithAssets();
  applyOrganizationDefaults(app);
  stage = new OrganizationStage(app, { environment: 'prod', region: 'eu-west-1' });
  stack = new Stack(stage, 'team');
});

function template(): assertions.Template {
  return assertions.Template.fromStack(stack);
}

test('a hierarchy of its own gives way to that of the organization', () => {
  const namespace = new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'team', hierarchy: [NameLevel.SERVICE, NameLevel.ENVIRONMENT] });
  expect(namespace.prefix).toBe('acme/prod/team/');
  expect(namespace.tags).toEqual({ 'acme:environment': 'prod', 'acme:service': 'team', 'acme:data-class': 'confidential' });
});

test('a guard rail of its own comes besides those of the organization', () => {
  const namespace = new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'team', guardRails: [GuardRail.denyDeletion()] });
  expect(namespace.guardRails).toHaveLength(3);
});

test('a guard rail of a kind that the organization has already is an error', () => {
  const guardRails = [GuardRail.denyPrincipals(['arn:aws:iam::*:role/intern-*'])];
  expect(() => new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'team', guardRails })).toThrow(/must hold GuardRail.denyPrincipals once/);
});

test('the folder that becomes a package takes nothing from beside it', () => {
  const folder = path.join(__dirname, '../../examples/organization-defaults/organization');
  const sources = readdirSync(folder).map(each => readFileSync(path.join(folder, each), 'utf8'));
  expect(sources.filter(each => /from '\.\.\//.test(each))).toEqual([]);
});

test('production keeps staging out, and staging does not', () => {
  const staging = new Stack(new OrganizationStage(stage.node.root as App, { environment: 'staging', region: 'eu-west-1' }), 'team');
  const [there, here] = [staging, stack].map(each => new ServiceSecrets(each, 'Secrets', { service: 'team', owner: 'team', costCenter: 'cc' }).namespace);
  expect([there.guardRails.length, here.guardRails.length]).toEqual([1, 2]);
});

test('every role has the boundary, those of constructs too', () => {
  new ServiceSecrets(stack, 'Secrets', { service: 'team', owner: 'team', costCenter: 'cc' });
  new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  const roles = Object.values(template().findResources('AWS::IAM::Role'));
  expect(roles.length).toBeGreaterThan(1);
  expect(roles.filter(({ Properties }) => !JSON.stringify(Properties.PermissionsBoundary).includes('acme-service-boundary'))).toEqual([]);
});

test('every log group has a key', () => {
  new ServiceSecrets(stack, 'Secrets', { service: 'team', owner: 'team', costCenter: 'cc' });
  const groups = Object.values(template().findResources('AWS::Logs::LogGroup'));
  expect(groups.length).toBeGreaterThan(0);
  expect(groups.filter(({ Properties }) => Properties.KmsKeyId === undefined)).toEqual([]);
});

test('a secret needs no namespace of its own', () => {
  new ServiceSecrets(stack, 'Secrets', { service: 'team', owner: 'team', costCenter: 'cc' });
  new ManagedSecret(stack, 'Secret', { purpose: 'api-key' });
  template().hasResourceProperties('AWS::SecretsManager::Secret', { Name: 'acme/prod/team/api-key' });
});

test('outside of a stage of the organization, the error says so', () => {
  expect(() => new ServiceSecrets(new Stack(stage.node.root, 'lost'), 'Secrets', { service: 'team', owner: 'team', costCenter: 'cc' }))
    .toThrow('lost/Secrets must be in an OrganizationStage, whose name is one of staging, prod');
});
