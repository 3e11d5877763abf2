import { App } from 'aws-cdk-lib';
import { CatalogStack } from './catalog-stack';

/** A product of Service Catalog with a rotated secret. */
export function build(app: App): void {
  new CatalogStack(app, 'secrets-catalog', { env: { account: '777788889999', region: 'eu-west-1' } });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
