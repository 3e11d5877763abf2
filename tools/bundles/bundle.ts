import { readdirSync } from 'fs';
import * as path from 'path';
import { build, Metafile } from 'esbuild';
import { lambdaCredentials } from './lambda-credentials';
import { rdsCertificates } from './rds-certificates';

export const HANDLERS = 'lambda/rotation/handlers';

/** Stands in for `iconv-lite`, in the tests as well. */
const CHARACTER_SETS = 'lambda/rotation/adapters/mysql/character-sets.ts';

export interface Bundle {
  /** The name of the handler file, such as `postgres`. */
  readonly name: string;
  readonly contents: Uint8Array;
  /** The packages whose code is in it come out of this. */
  readonly metafile: Metafile;
}

/** Every handler file is one bundle. */
export function handlerNames(root: string): string[] {
  return readdirSync(path.join(root, HANDLERS)).filter(file => file.endsWith('.ts')).map(file => path.basename(file, '.ts')).sort();
}

/**
 * One handler with all that it needs. The same sources give the same bytes, wherever they are: the hash of an asset must not change
 * from one machine to another.
 */
export async function bundle(root: string, name: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [`${HANDLERS}/${name}.ts`],
    outfile: 'index.js',
    write: false,
    bundle: true,
    minify: true,
    metafile: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    // The ECMAScript modules of a package leave out what is not used; the others cannot.
    mainFields: ['module', 'main'],
    // `pg` offers it, and works without.
    external: ['pg-native'],
    // Licences are in a file of their own: a comment in the code covers only the packages that have one.
    legalComments: 'none',
    logLevel: 'silent',
    tsconfigRaw: {},
    alias: { 'iconv-lite': `./${CHARACTER_SETS}` },
    plugins: [lambdaCredentials, rdsCertificates],
  });
  return { name, contents: outputFiles[0].contents, metafile };
}
