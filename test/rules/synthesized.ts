import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { Stack } from 'aws-cdk-lib';
import type { Synthesized } from '../../tools/examples/synthesis';
import { synthesizeApp } from '../../tools/examples/synthesis';

/** Synthesizes an app of one stack, `App`, with the recommended flags, and hands it over while its files are there. */
export function withStack<Result>(fill: (stack: Stack) => void, use: (synthesized: Synthesized) => Result): Result {
  const outdir = mkdtempSync(path.join(tmpdir(), 'rules-'));
  try {
    return use(synthesizeApp(app => fill(new Stack(app, 'App')), { flags: 'recommended', outdir, traces: false }));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
