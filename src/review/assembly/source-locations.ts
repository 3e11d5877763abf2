import * as path from 'path';
import type { MetadataEntry } from './assembly-files';
import type { SourceLocation } from '../document/review-document';

/**
 * Where constructs of a stack were made, by their construct path. `aws:cdk:creationStack` has it, and before that the trace of the
 * logical id; both only when the app was synthesized with `CDK_DEBUG` or stack traces.
 */
export function sourceLocations(metadata: MetadataEntry[]): Map<string, SourceLocation> {
  const found = new Map<string, SourceLocation>();
  for (const { type, path: constructPath, data, trace } of metadata) {
    const frames = type === 'aws:cdk:creationStack' ? data : type === 'aws:cdk:logicalId' ? trace : undefined;
    const location = Array.isArray(frames) ? frames.map(locationIn).find(each => each !== undefined) : undefined;
    if (location !== undefined) found.set(constructPath.replace(/\/Resource$/, ''), location);
  }
  return found;
}

/** Of an app in another language, the CDK runs in this file, which is none of the app's. */
const KERNEL_OF_JSII = /[/\\]lib[/\\]program\.js$/;

/** Frames of packages and of Node.js are not the app. Below the working directory, a file is named from there. */
function locationIn(frame: unknown): SourceLocation | undefined {
  const [, file, line] = /(?:\(|^|\s)(?:file:\/\/)?([^()\s]*[/\\][^()]*?):(\d+)(?::\d+)?\)?$/.exec(String(frame)) ?? [];
  if (file === undefined || /node_modules|^node:|internal[/\\]/.test(file) || KERNEL_OF_JSII.test(file)) return undefined;
  const relative = path.relative(process.cwd(), file);
  return { file: relative.startsWith('..') ? file : relative, line: Number(line) };
}
