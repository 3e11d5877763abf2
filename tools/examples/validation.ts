import { existsSync, readFileSync } from 'fs';
import * as path from 'path';
import type { App } from 'aws-cdk-lib';

/** One plugin's part of the `validation-report.json` that synthesis writes. */
export interface PluginReport {
  readonly pluginName: string;
  readonly conclusion: 'success' | 'failure';
  readonly metadata?: Record<string, string>;
  readonly violations: ReportedViolation[];
  readonly suppressedViolations?: ReportedViolation[];
}

export interface ReportedViolation {
  readonly ruleName: string;
  readonly description: string;
  readonly suggestedFix?: string;
  readonly violatingConstructs: { readonly constructPath?: string }[];
}

/** A warning or error that a construct annotated itself with. */
export interface Annotation {
  readonly level: 'warning' | 'error';
  readonly path: string;
  readonly message: string;
}

/** The report holds annotations under one feature flag only; `annotationsOf` reads them from the tree, always. */
const ANNOTATIONS_PLUGIN = 'Construct Annotations';

/** What validation plugins reported, among them the template validation built into aws-cdk-lib 2.262.0 and later. */
export function pluginReportsIn(outdir: string): PluginReport[] {
  const file = path.join(outdir, 'validation-report.json');
  if (!existsSync(file)) {
    return [];
  }
  const { pluginReports } = JSON.parse(readFileSync(file, 'utf8')) as { pluginReports: PluginReport[] };
  return pluginReports.filter(report => report.pluginName !== ANNOTATIONS_PLUGIN);
}

/** The annotations of the whole tree; one that was acknowledged is no longer there. */
export function annotationsOf(app: App): Annotation[] {
  return app.node.findAll().flatMap(construct => construct.node.metadata
    .filter(({ type }) => type === 'aws:cdk:warning' || type === 'aws:cdk:error')
    .map(({ type, data }) => ({
      level: type === 'aws:cdk:error' ? 'error' : 'warning',
      path: construct.node.path,
      message: String(data),
    })));
}

/** What makes `cdk synth` fail though `app.synth()` returned: annotated errors, and violations found in the templates. */
export function validationErrors({ app, pluginReports }: { readonly app: App; readonly pluginReports: PluginReport[] }): string[] {
  const annotated = annotationsOf(app).filter(({ level }) => level === 'error').map(annotation => `${annotation.path}: ${annotation.message}`);
  const reported = pluginReports.filter(({ conclusion }) => conclusion === 'failure').flatMap(({ pluginName, metadata, violations }) => [
    ...metadata?.error ? [metadata.error] : [],
    ...violations.map(({ ruleName, description, violatingConstructs }) =>
      `${violatingConstructs.map(construct => construct.constructPath).join(', ')}: ${description} (${pluginName} ${ruleName})`),
  ]);
  return [...annotated, ...reported];
}
