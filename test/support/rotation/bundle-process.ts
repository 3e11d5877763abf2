import { spawn } from 'child_process';
import { writeFileSync } from 'fs';
import * as path from 'path';

/** Loads a handler, makes the calls that it is given, and says of each how it ended. Nothing but Node is there. */
const DRIVER = `
  const until = () => process.uptime() * 1000;
  const cpu = () => (process.cpuUsage().user + process.cpuUsage().system) / 1000;
  const bareCpuMs = cpu();
  const { handler } = require('./handler.js');
  const readyMs = until();
  const readyCpuMs = cpu();
  (async () => {
    const endings = [];
    let firstMs;
    for (const event of JSON.parse(process.env.EVENTS)) {
      const ending = await handler(event, { getRemainingTimeInMillis: () => 20000 })
        .then(() => ({ done: true }), ({ name, kind, code, message }) => ({ done: false, name, kind, code, message }));
      endings.push(ending);
      firstMs ??= until();
    }
    console.log('RESULT ' + JSON.stringify({ readyMs, firstMs, lastMs: until(), bareCpuMs, readyCpuMs, cpuMs: cpu(), peakKiB: process.resourceUsage().maxRSS, endings }));
  })();
`;

export interface BundleCall {
  /** An empty folder with `index.js`. */
  readonly folder: string;
  readonly events: readonly object[];
  readonly environment: Readonly<Record<string, string>>;
  /** @default - the Node.js that runs this */
  readonly node?: string;
  /** Source of `handler.js`. @default - the handler of the bundle */
  readonly handlerSource?: string;
}

export interface BundleEnding {
  readonly done: boolean;
  readonly name?: string;
  readonly kind?: string;
  readonly code?: string;
  readonly message?: string;
}

export interface BundleResult {
  /** Processor time until anything of ours runs: how fast the machine is. */
  readonly bareCpuMs: number;
  /** Processor time until the handler is loaded. */
  readonly readyCpuMs: number;
  /** Processor time of all. */
  readonly cpuMs: number;
  /** From the start of the process to the end of the last call. */
  readonly lastMs: number;
  /** From the start of the process until the handler is loaded. */
  readonly readyMs: number;
  /** From the start of the process to the end of the first call. */
  readonly firstMs: number;
  readonly peakKiB: number;
  readonly endings: readonly BundleEnding[];
  /** All that the process wrote. */
  readonly output: string;
}

/** Runs a bundle in a process of its own, as Lambda does: with an environment and no other file. */
export async function callBundle({ folder, events, environment, node = process.execPath, handlerSource }: BundleCall): Promise<BundleResult> {
  writeFileSync(path.join(folder, 'handler.js'), handlerSource ?? 'exports.handler = require("./index.js").handler;');
  const child = spawn(node, ['-e', DRIVER], {
    cwd: folder,
    env: {
      AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', EVENTS: JSON.stringify(events), ...environment,
    },
  });
  let output = '';
  child.stdout.on('data', chunk => output += String(chunk));
  child.stderr.on('data', chunk => output += String(chunk));
  await new Promise(resolve => child.on('close', resolve));
  const result = /^RESULT (.*)$/m.exec(output)?.[1];
  if (!result) throw new Error(`the bundle ended without a result:\n${output}`);
  return { ...JSON.parse(result) as Omit<BundleResult, 'output'>, output };
}
