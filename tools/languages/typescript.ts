import { readdirSync, readFileSync, writeFileSync } from 'fs';
import * as path from 'path';
import { DIST, Language, ROOT } from './language';
import { pacmak } from './pacmak';
import { run } from './run';

/** The versions that the package is developed with, which are the oldest that it supports. */
function versionOf(name: string): string {
  return JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')).devDependencies[name] as string;
}

export const typescript: Language = {
  name: 'typescript',
  title: 'TypeScript',
  programs: ['npm'],
  build: () => pacmak('js'),
  install: folder => {
    const tarball = readdirSync(path.join(DIST, 'js')).find(file => file.endsWith('.tgz'))!;
    const dependencies = {
      'aws-cdk-lib': versionOf('aws-cdk-lib'),
      'constructs': versionOf('constructs'),
      'tsx': versionOf('tsx'),
      'cdk-managed-secrets': `file:${path.join(DIST, 'js', tarball)}`,
    };
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
    run(['npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
  },
  check: folder => {
    const types = ['--types', 'node', '--typeRoots', path.join(ROOT, 'node_modules/@types')];
    run([process.execPath, path.join(ROOT, 'node_modules/typescript-7/bin/tsc'), '--noEmit', '--strict', '--noUnusedLocals', '--target', 'es2022',
      '--module', 'node16', '--skipLibCheck', ...types, 'app.ts'], { cwd: folder });
  },
  mistakes: folder => run([process.execPath, 'mistakes.js'], { cwd: folder }),
};
