import { writeFileSync } from 'fs';
import * as path from 'path';
import { FunctionProcess, Invocation } from './function-process';
import type { Usage } from './runtime';

export interface BundleCall {
  /** An empty folder with `index.js`. */
  readonly folder: string;
  readonly events: readonly Readonly<Record<string, unknown>>[];
  readonly environment: Readonly<Record<string, string>>;
  /** @default - the Node.js that runs this */
  readonly node?: string;
  /** Source of `handler.js`. @default - the handler of the bundle */
  readonly handlerSource?: string;
}

export interface BundleResult {
  /** One for each event. */
  readonly invocations: readonly Invocation[];
  /** Until the end of the first. */
  readonly first: Usage;
  /** Until the end of the last. */
  readonly last: Usage;
  /** All that the process wrote. */
  readonly output: string;
}

/** Runs a bundle in a process of its own, as Lambda does: with an environment and no other file. */
export async function callBundle({ folder, events, environment, node, handlerSource }: BundleCall): Promise<BundleResult> {
  writeFileSync(path.join(folder, 'handler.js'), handlerSource ?? 'exports.handler = require("./index.js").handler;');
  const lambda = { _HANDLER: 'handler.handler', AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  const running = new FunctionProcess({ folder, environment: { ...lambda, ...environment }, memoryMiB: 256, timeoutMs: 20_000, node });
  try {
    const invocations: Invocation[] = [];
    for (const event of events) invocations.push(await running.invoke(event));
    const [first, last] = [invocations[0].usage, invocations.at(-1)!.usage];
    if (!first || !last) throw new Error(`the bundle ended without a result: ${invocations.at(-1)!.failure}\n${running.written}`);
    return { invocations, first, last, output: running.written };
  } finally {
    running.end();
  }
}
