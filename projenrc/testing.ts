import { awscdk, javascript } from 'projen';
import { PACKAGES_REPLACED } from '../lambda/rotation/packages-replaced';

/** Snapshots are compared, never rewritten, by `npm test`; `npx projen test:update` rewrites them. */
export const jestOptions: javascript.JestOptions = {
  updateSnapshot: javascript.UpdateSnapshot.NEVER,
  passWithNoTests: false,
  junitReporting: false,
  jestConfig: {
    collectCoverage: false,
    // By default jest leaves one core alone, which is half of a machine with two.
    maxWorkers: '100%',
    // A machine may do much else: no test fails for being slow, and none waits for ever.
    testTimeout: 120_000,
    testMatch: ['<rootDir>/test/**/*.test.ts'],
    moduleNameMapper: {
      '^cdk-managed-secrets$': '<rootDir>/src',
      // As in the bundles of the rotation functions.
      ...Object.fromEntries(Object.entries(PACKAGES_REPLACED).map(([name, file]) => [`^${name}$`, `<rootDir>/${file}`])),
    },
    reporters: [new javascript.JestReporter('<rootDir>/tools/proofs/reporter.mjs')],
    testSequencer: '<rootDir>/test/support/longest-first.cjs',
    globalSetup: '<rootDir>/test/support/servers/prepared.mjs',
    globalTeardown: '<rootDir>/test/support/servers/prepared-no-more.mjs',
    setupFiles: ['<rootDir>/test/support/environment.ts'],
    collectCoverageFrom: ['src/**/*.ts'],
    coverageReporters: ['text-summary', 'json-summary'],
  },
};

/** Folders that are not shipped, and what else each compiles with. */
const FOLDERS: Record<string, string[]> = {
  examples: [],
  lambda: ['../src/rotation/contract/*.ts', '../src/monitoring/contract/*.ts'],
  tools: ['../examples/**/*.ts', '../lambda/**/*.ts'],
};

/** Compiler settings of the folders that are not shipped; ESLint and `typecheck` use them. */
export function configure(project: awscdk.AwsCdkConstructLibrary) {
  const { config } = project.jest!;
  // Both suites find what either has compiled.
  config.id = project.name;
  config.transform = { '^.+\\.ts$': new javascript.Transform('<rootDir>/test/support/typescript.cjs', { tsconfig: 'test/tsconfig.json' }) };
  for (const [folder, include] of Object.entries(FOLDERS)) {
    new javascript.TypescriptConfig(project, {
      fileName: `${folder}/tsconfig.json`,
      extends: javascript.TypescriptConfigExtends.fromPaths(['../tsconfig.json']),
      include: ['**/*.ts', ...include],
      compilerOptions: {
        noEmit: true,
        rootDir: '..',
        paths: { 'cdk-managed-secrets': ['../src'] },
      },
    });
  }
  // Tests know all the others, so that `tsc -p test` checks everything.
  ['src', ...Object.keys(FOLDERS)].forEach(folder => project.tsconfigDev.addInclude(`../${folder}/**/*.ts`));
  project.tsconfigDev.file.addOverride('compilerOptions.paths', { 'cdk-managed-secrets': ['../src'] });
  const { parserOptions, settings } = project.eslint!.config;
  // The same two programs, for all of it: with one for each folder, types are worked out several times.
  delete parserOptions.projectService;
  parserOptions.project = ['./test/tsconfig.json', './projenrc/tsconfig.json'];
  const { typescript } = settings['import/resolver'];
  typescript.noWarnOnMultipleProjects = true;
  typescript.project = ['./tsconfig.json', ...Object.keys(FOLDERS).map(folder => `./${folder}/tsconfig.json`)];
}
