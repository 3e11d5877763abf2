#!/usr/bin/env node
import { cli } from './cli';
import { EXIT_CODES } from './command';

/** The `bin` of the package. */
cli(process.argv.slice(2), {
  directory: process.cwd(),
  isTTY: process.stdout.isTTY,
  noColor: Boolean(process.env.NO_COLOR),
  print: text => process.stdout.write(text),
  warn: text => process.stderr.write(`${text}\n`),
}).then(
  code => { process.exitCode = code; },
  (error: Error) => {
    process.stderr.write(`cdk-managed-secrets failed: ${error.stack}\n`);
    process.exitCode = EXIT_CODES.notReviewed;
  },
);
