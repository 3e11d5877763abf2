/**
 * What runs in the process of a function, in place of Lambda's own runtime: it loads the handler, answers one invocation after the
 * other, and sends what is written to its parent. Nothing but Node.js is there.
 */
export const LAMBDA_RUNTIME = `
  const { existsSync } = require('fs');
  const { resolve } = require('path');
  const { pathToFileURL } = require('url');
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = (chunk, encoding, callback) => {
      process.send({ written: String(chunk) });
      (typeof encoding === 'function' ? encoding : callback)?.();
      return true;
    };
  }
  process.on('disconnect', () => process.exit());
  process.on('SIGINT', () => {}); // a terminal sends it to the parent too, which ends this process
  const failureOf = error => ({ name: String(error?.name ?? 'Error'), message: String(error?.message ?? error).split('\\n')[0] });
  const load = async () => {
    const dot = process.env._HANDLER.lastIndexOf('.');
    const [name, member] = [process.env._HANDLER.slice(0, dot), process.env._HANDLER.slice(dot + 1)];
    const file = ['.js', '.mjs', '.cjs'].map(extension => resolve(name + extension)).find(each => existsSync(each));
    if (!file) throw new Error('the asset has no file ' + name + '.js, which Handler names');
    const module = await import(pathToFileURL(file));
    const handler = module[member] ?? module.default?.[member];
    if (typeof handler !== 'function') throw new Error(name + ' exports no function ' + member + ', which Handler names');
    return handler;
  };
  const begin = handler => process.on('message', async ({ event, context, deadline }) => {
    const answer = await Promise.resolve()
      .then(() => handler(event, { ...context, getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()) }))
      .then(() => ({}), error => ({ failure: failureOf(error) }));
    process.send({ done: true, memoryMiB: process.memoryUsage().rss / 1048576, ...answer });
  });
  load().then(handler => { begin(handler); process.send({ loaded: true }); }, error => process.send({ loaded: true, failure: failureOf(error) }));
`;

/** What it sends. */
export interface RuntimeMessage {
  readonly written?: string;
  /** The handler is there, or could not be loaded. */
  readonly loaded?: boolean;
  /** An invocation has ended. */
  readonly done?: boolean;
  readonly memoryMiB?: number;
  readonly failure?: { readonly name: string; readonly message: string };
}
