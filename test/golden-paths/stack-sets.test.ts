import { readFileSync } from 'fs';
import * as path from 'path';
import { Stack } from 'aws-cdk-lib';
import { StackSetStack } from 'cdk-stacksets';
import { build } from '../../examples/stack-sets/app';
import { ManagedSecret, RandomToken, ReplicaRegion, ReplicatedSecret, RotatedSecret, SecretEncryption, SecretNamespace } from '../../src';
import { appWithAssets, testApp } from '../support/test-app';

/** What the template of a StackSet can hold: nothing of one account or region, and nothing that leads out of it. */

test('the template of the example is of no account, no region and no other stack', () => {
  const app = appWithAssets();
  build(app);
  const { templateFile } = app.node.findChild('secrets-stack-sets').node.findChild('Template') as StackSetStack;
  const text = readFileSync(path.join(app.synth().directory, templateFile), 'utf8');
  expect(text).toContain('AWS::SecretsManager::RotationSchedule');
  expect(text).not.toMatch(/\b\d{12}\b|(eu|us)-[a-z]+-\d|Fn::ImportValue|Fn::GetStackOutput|"(Parameters|Transform|Conditions)":/);
});

describe('what depends on a region is one error', () => {
  let template: StackSetStack;
  beforeEach(() => {
    template = new StackSetStack(new Stack(testApp(), 'Admin', { env: { account: '111122223333', region: 'eu-west-1' } }), 'Template');
  });
  const names = { environment: 'prod', service: 'payments' };
  const remedy = 'a template for many accounts, such as that of a StackSet or a product, has no replicas';

  test('replicas of a namespace', () => {
    expect(() => new SecretNamespace(template, 'Secrets', { ...names, replicaRegions: ['eu-central-1'] })).toThrow(remedy);
  });

  test('replicas of a secret', () => {
    const namespace = new SecretNamespace(template, 'Secrets', names);
    const replicas = [ReplicaRegion.of('eu-central-1', SecretEncryption.awsManagedKey())];
    for (const Secret of [ManagedSecret, ReplicatedSecret]) {
      expect(() => new Secret(template, Secret.name, { namespace, replicas, purpose: 'key' })).toThrow(remedy);
    }
  });

  test('a function without a bucket for its code', () => {
    const namespace = new SecretNamespace(template, 'Secrets', names);
    expect(() => new RotatedSecret(template, 'Token', { namespace, purpose: 'token', kind: RandomToken.of() })).toThrow('An Asset Bucket must be provided to use File Assets');
  });
});
