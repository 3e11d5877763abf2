import { awscdk, javascript } from 'projen';

/** Snapshots are compared, never rewritten, by `npm test`; `npx projen test:update` rewrites them. */
export const jestOptions: javascript.JestOptions = {
  updateSnapshot: javascript.UpdateSnapshot.NEVER,
  passWithNoTests: false,
  junitReporting: false,
  jestConfig: {
    collectCoverage: false,
    testMatch: ['<rootDir>/test/**/*.test.ts'],
    moduleNameMapper: { '^cdk-managed-secrets$': '<rootDir>/src' },
    setupFiles: ['<rootDir>/test/support/environment.ts'],
    collectCoverageFrom: ['src/**/*.ts'],
    coverageReporters: ['text-summary', 'json-summary'],
  },
};

/** Compiler settings of the folders that are not shipped; ESLint's project service and `typecheck` use them. */
export function configure(project: awscdk.AwsCdkConstructLibrary) {
  for (const folder of ['examples', 'tools']) {
    new javascript.TypescriptConfig(project, {
      fileName: `${folder}/tsconfig.json`,
      extends: javascript.TypescriptConfigExtends.fromPaths(['../tsconfig.json']),
      include: ['**/*.ts', ...(folder === 'tools' ? ['../test/**/*.ts'] : [])],
      compilerOptions: {
        noEmit: true,
        rootDir: '..',
        paths: { 'cdk-managed-secrets': ['../src'] },
      },
    });
  }
}
