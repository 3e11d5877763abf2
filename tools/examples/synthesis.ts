import { readFileSync } from 'fs';
import * as path from 'path';
import { App, Stack, Stage } from 'aws-cdk-lib';
import recommendedFeatureFlags from 'aws-cdk-lib/recommended-feature-flags.json';
import type { BuildApp } from './examples';
import { loadExample } from './examples';
import type { PluginReport } from './validation';
import { pluginReportsIn } from './validation';

/** Which feature flags the app has: those that `cdk init` writes today, none, as an app of many years ago, or these. */
export type FeatureFlags = 'recommended' | 'none' | Record<string, unknown>;

export interface SynthesisOptions {
  readonly flags: FeatureFlags;
  /**
   * Where the cloud assembly goes.
   *
   * @default - a new temporary directory, chosen by the CDK
   */
  readonly outdir?: string;
  /**
   * Whether the metadata say where each resource was made, as the page of the review shows it. It costs a tenth of the time.
   *
   * @default true
   */
  readonly traces?: boolean;
}

export interface SynthesizedStack {
  readonly stack: Stack;
  /** The construct path of the stack. */
  readonly path: string;
  readonly templateFile: string;
}

/** An app that went through synthesis: the live tree, and where its files are. */
export interface Synthesized {
  readonly app: App;
  readonly outdir: string;
  /** Every stack of every stage, nested stacks too. */
  readonly stacks: SynthesizedStack[];
  readonly pluginReports: PluginReport[];
}

/**
 * aws-cdk-lib before 2.262.0 sets `process.exitCode` on a violation, later releases throw. With this context neither does:
 * they only write the report, as under the CDK CLI, and we read it.
 */
const REPORT_ONLY = { '@aws-cdk/core:failSynthOnValidationErrors': false };

/** Synthesizes one example of `examples/`. */
export function synthesizeExample(name: string, options: SynthesisOptions): Synthesized {
  return synthesizeApp(loadExample(name), options);
}

/** Synthesizes an app with the template validation of aws-cdk-lib on, and without `tree.json`, which nothing here reads and takes a quarter of the time. */
export function synthesizeApp(build: BuildApp, { outdir, flags, traces = true }: SynthesisOptions): Synthesized {
  const context = { ...flagContext(flags), ...REPORT_ONLY, 'aws:cdk:disable-creation-stack-traces': !traces };
  const app = new App({ outdir, context, treeMetadata: false });
  build(app);
  const { directory } = app.synth();
  const stacks = stacksOf(app);
  if (stacks.length === 0) {
    throw new Error('build(app) added no stack to the app');
  }
  return { app, outdir: directory, stacks, pluginReports: pluginReportsIn(directory) };
}

/** The template of a stack as CloudFormation gets it. */
export function templateOf(stack: SynthesizedStack): Template {
  return JSON.parse(readFileSync(stack.templateFile, 'utf8')) as Template;
}

export interface Template {
  readonly Resources?: Record<string, { Type: string; [attribute: string]: unknown }>;
  [section: string]: unknown;
}

function flagContext(flags: FeatureFlags): Record<string, unknown> {
  switch (flags) {
    case 'recommended': return recommendedFeatureFlags;
    case 'none': return {};
    default: return flags;
  }
}

function stacksOf(app: App): SynthesizedStack[] {
  return app.node.findAll()
    .filter(construct => Stack.isStack(construct))
    .map(stack => ({
      stack,
      path: stack.node.path,
      templateFile: path.join(Stage.of(stack)?.outdir ?? app.outdir, stack.templateFile),
    }));
}
