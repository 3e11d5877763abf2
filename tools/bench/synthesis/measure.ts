/**
 * One measurement, in a process of its own: `fork('measure.js', [JSON.stringify(task)])` sends back an `Outcome`.
 *
 * Only the module of its contender is loaded, so that the memory of the L2 holds nothing of this library.
 */
import { mkdtempSync, rmSync } from 'fs';
import { createRequire } from 'module';
import { tmpdir } from 'os';
import * as path from 'path';
import { App } from 'aws-cdk-lib';
import { version as cdkVersion } from 'aws-cdk-lib/package.json';
import recommendedFeatureFlags from 'aws-cdk-lib/recommended-feature-flags.json';
import type { Contender } from './contenders';
import type { Build, Layout } from './layout';
import { Sizes, sizesOf } from './sizes';

export interface Task {
  readonly contender: Contender;
  readonly layout: Layout;
}

export interface Measurement {
  readonly cdkVersion: string;
  /** Of processor time, from the empty app to the written cloud assembly: other load on the machine hardly changes it. */
  readonly seconds: number;
  /** The most memory that the process ever had, Node and aws-cdk-lib included. */
  readonly peakBytes: number;
  readonly sizes: Sizes;
}

export type Outcome = { readonly measurement: Measurement } | { readonly error: string };

/** The same for every contender; what the CLI would switch on for its own bookkeeping is off. */
const CONTEXT = { ...recommendedFeatureFlags, 'aws:cdk:enable-path-metadata': false, 'aws:cdk:enable-asset-metadata': false };

function measure({ contender: { module, build: name, perSecret }, layout }: Task): Measurement {
  const { [name]: build } = createRequire(__filename)(module) as Record<string, Build>;
  const directory = mkdtempSync(path.join(tmpdir(), 'bench-'));
  try {
    // aws-cdk-lib loads most of its modules at first use: the warm-up pays for that, the measurement does not.
    synthesize(build, { ...layout, secrets: 1 }, path.join(directory, 'warm-up'));
    const before = process.cpuUsage();
    const assembly = synthesize(build, layout, path.join(directory, 'measured'));
    const { user, system } = process.cpuUsage(before);
    const seconds = (user + system) / 1_000_000;
    const peakBytes = process.resourceUsage().maxRSS * 1024;
    return { cdkVersion, seconds, peakBytes, sizes: sizesOf(assembly, perSecret, layout.secrets) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function synthesize(build: Build, layout: Layout, outdir: string) {
  const app = new App({ outdir, context: CONTEXT, analyticsReporting: false });
  build(app, layout);
  return app.synth();
}

function outcome(task: Task): Outcome {
  try {
    return { measurement: measure(task) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

process.send!(outcome(JSON.parse(process.argv[2]) as Task));
