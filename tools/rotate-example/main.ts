import { existsSync } from 'fs';
import * as path from 'path';
import { parseArgs } from 'util';
import type { Close } from './local-stand';
import { rotate } from './rotate';
import { synthesizeExamples } from '../examples/synthesize';
import { styleFor } from '../review/layout';

const CLOUD_ASSEMBLIES = path.resolve(__dirname, '../../cdk.out');
const INTERRUPTS = { SIGINT: 130, SIGTERM: 143 };

/** What was begun, to be ended in reverse order, in whatever way the program ends. */
class Closing {
  public closed = false;
  private readonly closes: Close[] = [];

  public readonly add = (close: Close): void => {
    if (this.closed) void close();
    else this.closes.unshift(close);
  };

  public async all(): Promise<void> {
    this.closed = true;
    for (const close of this.closes) await close();
  }
}

/** The directory of a cloud assembly, which is synthesized first when an example is named. */
function assemblyOf(app: string): string {
  if (existsSync(path.join(app, 'manifest.json'))) return path.resolve(app);
  if (!synthesizeExamples([app])) throw new Error(`examples/${app} was not synthesized: see above`);
  return path.join(CLOUD_ASSEMBLIES, app);
}

async function main(): Promise<number> {
  const { values: { brief }, positionals: [app] } = parseArgs({ options: { brief: { type: 'boolean' } }, allowPositionals: true });
  if (app === undefined) {
    console.error('Usage: npx projen rotate <example, such as golden-path, or the directory of a cloud assembly> [--brief]');
    return 2;
  }
  // It is about the SDK and a Node.js to come.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const closing = new Closing();
  // A terminal and whoever started this may both send one: the second must not end the closing.
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of Object.keys(INTERRUPTS)) process.on(signal, () => reject(new Error(signal)));
  });
  try {
    // What is interrupted goes on until the process ends, and has nothing more to say.
    const say = (lines: readonly string[]) => { if (!closing.closed) console.log(lines.join('\n')); };
    const style = styleFor(process.stdout, process.env);
    const result = await Promise.race([rotate(assemblyOf(app), { say, style, brief, closing: closing.add }), interrupted]);
    console.log(`\n${result}`);
    return 0;
  } catch (error) {
    const { message } = error as Error;
    const code = INTERRUPTS[message as keyof typeof INTERRUPTS];
    console.error(code === undefined ? `\nThe rotation did not succeed. ${message}` : `\nInterrupted by ${message}.`);
    return code ?? 1;
  } finally {
    await closing.all();
  }
}

// What an interrupt leaves in the middle must not keep the process.
main().then(code => process.exit(code), (error: Error) => {
  console.error(error.message);
  process.exit(1);
});
