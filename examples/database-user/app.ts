import { App } from 'aws-cdk-lib';
import { CatalogStack } from './catalog-stack';

/** The catalog service starts on a database user that did not exist before. */
export function build(app: App): void {
  new CatalogStack(app, 'catalog', { env: { account: '111122223333', region: 'eu-west-1' } });
}

if (require.main === module) {
  const app = new App();
  build(app);
  app.synth();
}
