import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { build } from 'esbuild';
import type { CdkRelease } from './contenders';

const ROOT = path.resolve(__dirname, '../../..');
const SOURCES = ['src', 'tools/bench'];
const MODULES: Record<CdkRelease, string[]> = { floor: ['node_modules'], newest: ['test/newest/node_modules', 'node_modules'] };

/** The library and the contenders as JavaScript without source maps, as the package ships. */
export interface Compiled {
  readonly folder: string;
  /** `NODE_PATH`, by which the modules in it find others. */
  readonly modules: string;
  remove(): void;
}

/** With source maps, every stack trace that aws-cdk-lib takes would be mapped, and the times would be those of the mapping. */
export async function compile(cdk: CdkRelease): Promise<Compiled> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  await build({
    absWorkingDir: ROOT,
    entryPoints: SOURCES.flatMap(source => readdirSync(path.join(ROOT, source), { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.ts')).map(file => path.join(source, file))),
    outbase: '.',
    outdir: folder,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
  });
  symlinkSync(path.join(ROOT, 'assets'), path.join(folder, 'assets'));
  symlinkSync('src', path.join(folder, 'cdk-managed-secrets'));
  symlinkSync(path.join(ROOT, 'package.json'), path.join(folder, 'package.json'));
  return {
    folder,
    modules: [folder, ...MODULES[cdk].map(each => path.join(ROOT, each))].join(path.delimiter),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
