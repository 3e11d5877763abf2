import { existsSync, readdirSync, rmSync } from 'fs';
import * as path from 'path';
import { DIST, Language, ROOT } from './language';
import { pacmak } from './pacmak';
import { run } from './run';

const MODULE = 'github.com/cdk-managed-secrets/cdk-managed-secrets-go/cdkmanagedsecrets';
/** A module that not every Go module proxy has in each version. Its npm package holds what its Go code is generated from. */
const SCHEMA = { module: 'github.com/cdklabs/cloud-assembly-schema-go/awscdkcloudassemblyschema/v54', package: 'node_modules/@aws-cdk/cloud-assembly-schema' };

/** Without optimizing, and as CI compiles its other programs, so that Go's own packages are compiled once for all. */
const QUICKLY = { GOFLAGS: "'-gcflags=all=-N -l -dwarf=false' '-ldflags=-s -w'", CGO_ENABLED: '0' };

function goIn(folder: string, ...args: string[]): string {
  return run(['go', ...args], { cwd: folder, env: QUICKLY });
}

function replace(folder: string, module: string, by: string): void {
  goIn(folder, 'mod', 'edit', '-replace', `${module}=${by}`);
}

function generatedSchema(folder: string): string {
  return path.join(folder, '.schema');
}

function tidy(folder: string): void {
  goIn(folder, 'mod', 'tidy');
}

/** Where the proxy refuses the module, its code is generated here from its npm package, as its publisher does. */
function generateSchema(folder: string): void {
  run(['node_modules/.bin/jsii-pacmak', SCHEMA.package, '--target', 'go', '--code-only', '--no-npmignore', '-o', generatedSchema(folder)], { cwd: ROOT });
  replace(folder, SCHEMA.module, path.join(generatedSchema(folder), 'go/awscdkcloudassemblyschema'));
}

export const go: Language = {
  name: 'go',
  title: 'Go',
  programs: ['go'],
  // What is published of a Go module is its code; the app compiles it.
  build: () => pacmak('go', {}, '--code-only'),
  install: folder => {
    rmSync(generatedSchema(folder), { recursive: true, force: true });
    replace(folder, MODULE, path.join(DIST, 'go/cdkmanagedsecrets'));
    try {
      tidy(folder);
    } catch (error) {
      if (!String(error).includes(SCHEMA.module)) throw error;
      generateSchema(folder);
      tidy(folder);
    }
    goIn(folder, 'build', '-o', path.join(folder, '.orders'), '.');
  },
  check: folder => {
    const files = readdirSync(folder).filter(file => file.endsWith('.go'));
    const unformatted = run(['gofmt', '-l', ...files], { cwd: folder });
    if (unformatted) throw new Error(`gofmt would change ${unformatted}`);
    goIn(folder, 'vet', '.');
  },
  environment: () => QUICKLY,
  mistakes: folder => goIn(folder, 'run', './mistakes'),
  limits: folder => existsSync(generatedSchema(folder))
    ? [`Go: the module proxy did not have \`${SCHEMA.module}\`, so that its code was generated from its npm package`]
    : [],
};
