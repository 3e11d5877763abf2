const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { default: tsJest } = require('ts-jest');
const { version: TRANSFORMER } = require('ts-jest/package.json');
const { version: COMPILER } = require('typescript');

const SETTINGS = ['tsconfig.json', 'test/tsconfig.json'].map(file => readFileSync(join(__dirname, '../..', file), 'utf8'));

/**
 * ts-jest, with one store of what it has compiled for both suites. The key that it makes holds the whole configuration of jest. The suite on the newest
 * aws-cdk-lib, which maps other modules and runs fewer files, would compile everything again. With `isolatedModules` what a file becomes depends on no other.
 */
exports.createTransformer = options => {
  const compiler = tsJest.createTransformer(options);
  const all = [TRANSFORMER, COMPILER, JSON.stringify(options), ...SETTINGS];
  return {
    process: (...given) => compiler.process(...given),
    getCacheKey: (text, file, { instrument }) => createHash('sha256').update([...all, instrument, file, text].join('\0')).digest('hex'),
  };
};
