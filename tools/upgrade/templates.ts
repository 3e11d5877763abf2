import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import recommendedFeatureFlags from 'aws-cdk-lib/recommended-feature-flags.json';
import type { Templates } from './baseline';
import { exampleNames } from '../examples/examples';
import { stableTemplate } from '../examples/stable-template';
import { synthesizeExample, templateOf } from '../examples/synthesis';

/** The templates of every example, as the snapshots have them. */
export function templatesOfExamples(): Templates {
  const outdir = mkdtempSync(path.join(tmpdir(), 'upgrade-'));
  try {
    return Object.fromEntries(exampleNames().map(name => {
      const { stacks } = synthesizeExample(name, { flags: recommendedFeatureFlags, outdir: path.join(outdir, name) });
      return [name, Object.fromEntries(stacks.map(stack => [stack.path, stableTemplate(templateOf(stack))]))];
    }));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
