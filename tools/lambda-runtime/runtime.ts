/**
 * What runs in the process of a function, in place of Lambda's own runtime: it loads the handler, answers one invocation after the
 * other, and sends what is written to its parent. Nothing but Node.js is there.
 */
export const LAMBDA_RUNTIME = `
  const cpuMs = () => (process.cpuUsage().user + process.cpuUsage().system) / 1000;
  const usage = { bareCpuMs: cpuMs() };
  const { existsSync } = require('fs');
  const { resolve } = require('path');
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = (chunk, encoding, callback) => {
      process.send({ written: String(chunk) });
      (typeof encoding === 'function' ? encoding : callback)?.();
      return true;
    };
  }
  process.on('disconnect', () => process.exit());
  process.on('SIGINT', () => {}); // a terminal sends it to the parent too, which ends this process
  const failureOf = error => ({
    name: String(error?.name ?? 'Error'), message: String(error?.message ?? error).split('\\n')[0], kind: error?.kind, code: error?.code,
  });
  const load = async () => {
    const dot = process.env._HANDLER.lastIndexOf('.');
    const [name, member] = [process.env._HANDLER.slice(0, dot), process.env._HANDLER.slice(dot + 1)];
    const file = ['.js', '.mjs', '.cjs'].map(extension => resolve(name + extension)).find(each => existsSync(each));
    if (!file) throw new Error('the asset has no file ' + name + '.js, which Handler names');
    const module = await moduleOf(file);
    const handler = module[member] ?? module.default?.[member];
    if (typeof handler !== 'function') throw new Error(name + ' exports no function ' + member + ', which Handler names');
    return handler;
  };
  const moduleOf = file => {
    try {
      return require(file);
    } catch (error) {
      if (error?.code !== 'ERR_REQUIRE_ESM') throw error;
      return import(require('url').pathToFileURL(file));
    }
  };
  const usageNow = () => ({ ...usage, uptimeMs: process.uptime() * 1000, cpuMs: cpuMs(), peakKiB: process.resourceUsage().maxRSS });
  const begin = handler => process.on('message', async ({ event, context, deadline }) => {
    const answer = await Promise.resolve()
      .then(() => handler(event, { ...context, getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()) }))
      .then(() => ({}), error => ({ failure: failureOf(error) }));
    process.send({ done: true, memoryMiB: process.memoryUsage().rss / 1048576, usage: usageNow(), ...answer });
  });
  load().then(handler => {
    Object.assign(usage, { readyMs: process.uptime() * 1000, readyCpuMs: cpuMs() });
    begin(handler);
    process.send({ loaded: true });
  }, error => process.send({ loaded: true, failure: failureOf(error) }));
`;

/** What the process has used when an invocation ends. */
export interface Usage {
  /** Processor time until anything of the function runs: how fast the machine is. */
  readonly bareCpuMs: number;
  /** From the start of the process until the handler is loaded. */
  readonly readyMs: number;
  readonly readyCpuMs: number;
  /** From the start of the process until now. */
  readonly uptimeMs: number;
  readonly cpuMs: number;
  readonly peakKiB: number;
}

export interface Failure {
  readonly name: string;
  readonly message: string;
  /** As errors of the rotation functions and of Node.js have them. */
  readonly kind?: string;
  readonly code?: string;
}

/** What it sends. */
export interface RuntimeMessage {
  readonly written?: string;
  /** The handler is there, or could not be loaded. */
  readonly loaded?: boolean;
  /** An invocation has ended. */
  readonly done?: boolean;
  readonly memoryMiB?: number;
  readonly usage?: Usage;
  readonly failure?: Failure;
}
