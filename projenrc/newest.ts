import { awscdk, javascript, JsonFile } from 'projen';
import { CDK_NEWEST, CHECK_TYPES } from './toolchain';

/** Has the newest aws-cdk-lib in its `node_modules`, from when it is needed first. */
const FOLDER = 'test/newest';
const INSTALLED = `${FOLDER}/node_modules/aws-cdk-lib`;

/**
 * Tests that say the same whichever aws-cdk-lib there is: once is enough. Some do not load it. Wrong input is refused before the CDK sees it. Some need templates, for which test/examples.test.ts shows that
 * both releases make the same, and then ask what does not know the CDK: a rule engine, Python, a browser, an evaluator of policies.
 * The gate of the pipeline starts the command in a process of its own, which has the oldest release and reads no newer assembly.
 */
const INDEPENDENT = [
  'bad-input.test.ts', 'consumers/guide-code.test.ts', 'consumers/kubernetes/bad-input.test.ts', 'consumers/kubernetes/objects.test.ts',
  'contributing.test.ts', 'documentation.test.ts', 'golden-paths/pipeline-gate.test.ts',
  'guides.test.ts', 'imports.test.ts', 'lambda/',
  'monitoring/event-patterns.test.ts', 'monitoring/inventory-queries.test.ts', 'monitoring/runbooks.test.ts', 'package.test.ts',
  'review/difference.test.ts', 'review/difference-markdown.test.ts', 'review/findings/table-of-rules.test.ts', 'review/page/', 'review/policy/',
  'review/reports/', 'review/source-locations.test.ts',
  'rotation/bad-', 'rotation/engine-limits.test.ts', 'rotation/policy-size.test.ts', 'rotation/rotation-windows.test.ts',
  'rules/cfn-lint.test.ts', 'rules/examples.test.ts', 'rules/our-own.test.ts', 'support/', 'tools/', 'upgrade/',
];

/** The tests that depend on aws-cdk-lib, with every import of it, ours and our dependencies', answered by the newest release. */
export function addSuite(project: awscdk.AwsCdkConstructLibrary) {
  // `node tools/newest/install.mjs --lock` writes its lock file.
  new JsonFile(project, `${FOLDER}/package.json`, { obj: { private: true, dependencies: { 'aws-cdk-lib': CDK_NEWEST } } });
  addCompilerOptions(project);
  addJestOptions(project);
  addTasks(project);
}

/** For `src` against the newest release. */
function addCompilerOptions(project: awscdk.AwsCdkConstructLibrary) {
  new javascript.TypescriptConfig(project, {
    fileName: `${FOLDER}/tsconfig.json`,
    extends: javascript.TypescriptConfigExtends.fromPaths(['../../tsconfig.json']),
    include: ['../../src/**/*.ts'],
    compilerOptions: {
      noEmit: true,
      rootDir: '../..',
      paths: {
        'cdk-managed-secrets': ['../../src'],
        'aws-cdk-lib': ['./node_modules/aws-cdk-lib'],
        'aws-cdk-lib/*': ['./node_modules/aws-cdk-lib/*'],
      },
    },
  });
}

function addJestOptions(project: awscdk.AwsCdkConstructLibrary) {
  const { moduleNameMapper, testPathIgnorePatterns = [], ...config } = project.jest!.config;
  new JsonFile(project, `${FOLDER}/jest.json`, {
    obj: {
      ...config,
      rootDir: '../..',
      // What is proved is what the whole suite proves.
      reporters: ['default'],
      testPathIgnorePatterns: [...testPathIgnorePatterns, ...INDEPENDENT.map(path => `<rootDir>/test/${path}`)],
      moduleNameMapper: { ...moduleNameMapper, '^aws-cdk-lib$': `<rootDir>/${INSTALLED}`, '^aws-cdk-lib/(.*)$': `<rootDir>/${INSTALLED}/$1` },
    },
    marker: false,
  });
}

function addTasks(project: awscdk.AwsCdkConstructLibrary) {
  const install = project.addTask('install:newest', {
    description: 'Install the newest aws-cdk-lib for test:newest, unless it is there',
    exec: 'node tools/newest/install.mjs',
  });
  const suite = project.addTask('test:newest', { description: 'Check the types of src and run the tests on the newest aws-cdk-lib' });
  suite.spawn(install);
  suite.exec(`${CHECK_TYPES} -p ${FOLDER}/tsconfig.json`);
  suite.exec(`jest --ci --config ${FOLDER}/jest.json`, { receiveArgs: true });
}
