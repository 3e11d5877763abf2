import * as path from 'path';
import { run } from './program';

export { checkRotation } from '../check-rotation/program';

/** `npx cdk-managed-secrets rehearse`: what is bundled into the package. The exit code. */
export async function rehearse(args: string[]): Promise<number> {
  const code = await run(args, {
    call: 'npx cdk-managed-secrets rehearse [<assembly>...]',
    argument: '<assembly>   the directory of a cloud assembly, as `cdk synth` writes it (cdk.out)',
    assemblyOf: assembly => path.resolve(assembly),
    all: true,
    defaultApps: ['cdk.out'],
  });
  // What an interrupt leaves in the middle must not keep the process.
  setTimeout(() => process.exit(code), 500).unref();
  return code;
}
