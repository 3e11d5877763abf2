import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { aws_servicecatalog as servicecatalog, CfnParameter, Stack } from 'aws-cdk-lib';
import { build } from '../../examples/service-catalog/app';
import { ManagedSecret, SecretMonitoring, SecretNamespace } from '../../src';
import { appWithAssets, testApp } from '../support/test-app';

/** What a product of Service Catalog can hold. */

test('the function of the product has its code in the bucket of the product', () => {
  const app = appWithAssets();
  build(app);
  const { directory } = app.synth();
  const template = readdirSync(directory).find(each => each.endsWith('.product.template.json'))!;
  const { Resources } = JSON.parse(readFileSync(path.join(directory, template), 'utf8')) as { Resources: Record<string, { Type: string; Properties: any }> };
  const functions = Object.values(Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
  expect(functions.map(({ Properties }) => Properties.Code)).toEqual([
    { S3Bucket: 'acme-product-assets-777788889999-eu-west-1', S3Key: expect.stringMatching(/^[0-9a-f]{64}\.zip$/) },
  ]);
});

describe('of a product', () => {
  let product: servicecatalog.ProductStack;
  beforeEach(() => {
    product = new servicecatalog.ProductStack(new Stack(testApp(), 'Catalog', { env: { account: '111122223333', region: 'eu-west-1' } }), 'Product');
  });

  test('a parameter can be the environment of a secret, and not of what searches for names', () => {
    const environment = new CfnParameter(product, 'Environment').valueAsString;
    const namespace = new SecretNamespace(product, 'Secrets', { environment, service: 'payments' });
    const { secretName } = new ManagedSecret(product, 'Key', { namespace, purpose: 'key' });
    expect(secretName).toBeDefined();
    expect(() => new SecretMonitoring(product, 'Monitoring', { namespace })).toThrow('must have a prefix that is known at synthesis');
  });

  test('replicas need a region', () => {
    expect(() => new SecretNamespace(product, 'Secrets', { environment: 'prod', service: 'payments', replicaRegions: ['eu-central-1'] })).toThrow('has no replicas');
  });
});
