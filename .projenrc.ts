import { awscdk, javascript } from 'projen';
import { boundaries, commands, jsiiTargets, newest, packaging, testing, toolchain } from './projenrc';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-managed-secrets',
  description: 'AWS CDK constructs for AWS Secrets Manager secrets that are named, encrypted, granted, rotated, replicated and shared correctly by default.',
  keywords: ['aws', 'cdk', 'secretsmanager', 'secrets', 'kms', 'rotation', 'replication', 'cross-account', 'least-privilege'],
  repositoryUrl: 'https://github.com/cdk-managed-secrets/cdk-managed-secrets.git',
  author: 'cdk-managed-secrets',
  authorAddress: 'https://github.com/cdk-managed-secrets/cdk-managed-secrets',
  authorOrganization: true,
  license: 'Apache-2.0',
  copyrightOwner: 'The cdk-managed-secrets authors',
  stability: 'experimental',

  defaultReleaseBranch: 'main',
  packageManager: javascript.NodePackageManager.NPM,
  minNodeVersion: '20.16.0',
  ...toolchain.versions,
  ...jsiiTargets,

  projenrcTs: true,
  lambdaAutoDiscover: false,
  edgeLambdaAutoDiscover: false,
  singletonLambdaAutoDiscover: false,
  lambdaExtensionAutoDiscover: false,
  integrationTestAutoDiscover: false,
  release: false,
  depsUpgrade: false,
  buildWorkflow: false,
  pullRequestTemplate: false,
  githubOptions: { mergify: false, pullRequestLint: false },
  sampleCode: false,
  readme: undefined,

  bin: { 'cdk-managed-secrets': 'lib/review/command/main.js' },

  devDeps: toolchain.devDeps,
  eslintOptions: {
    dirs: ['src'],
    devdirs: ['test', 'tools', 'examples', 'lambda'],
    fileExtensions: ['.ts'],
    commandOptions: { fix: false, extraArgs: ['--max-warnings=0'] },
  },
  jestOptions: testing.jestOptions,
});

toolchain.pin(project);
boundaries.enforce(project);
testing.configure(project);
newest.addSuite(project);
commands.add(project);
packaging.configure(project);

project.synth();
