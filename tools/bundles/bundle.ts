import { readdirSync } from 'fs';
import * as path from 'path';
import { build, Metafile } from 'esbuild';
import { PACKAGES_REPLACED } from '../../lambda/rotation/packages-replaced';

/** The folders of `lambda` whose handlers are bundled, each into the folder of `assets` with its name. `rotation` is last: `npm run quickstart` looks whether it is there. */
export const FAMILIES = ['monitoring', 'rotation'] as const;

export type Family = typeof FAMILIES[number];

export interface Bundle {
  /** The name of the handler file, such as `postgres`. */
  readonly name: string;
  readonly contents: Uint8Array;
  /** The packages whose code is in it come out of this. */
  readonly metafile: Metafile;
}

/** Every handler file is one bundle. */
export function handlerNames(root: string, family: Family = 'rotation'): string[] {
  return readdirSync(path.join(root, handlersOf(family))).filter(file => file.endsWith('.ts')).map(file => path.basename(file, '.ts')).sort();
}

/**
 * One handler with all that it needs. The same sources give the same bytes, wherever they are: the hash of an asset must not change
 * from one machine to another.
 */
export async function bundle(root: string, name: string, family: Family = 'rotation'): Promise<Bundle> {
  return bundleOf(root, { name, entry: `${handlersOf(family)}/${name}.ts` });
}

export interface BundleOptions {
  readonly name: string;
  /** The file that is bundled with all that it imports. */
  readonly entry: string;
  /** Packages that stay outside. */
  readonly external?: readonly string[];
}

export async function bundleOf(root: string, { name, entry, external = [] }: BundleOptions): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
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
    external: ['pg-native', ...external],
    // Licences are in a file of their own: a comment in the code covers only the packages that have one.
    legalComments: 'none',
    logLevel: 'silent',
    tsconfigRaw: {},
    alias: Object.fromEntries(Object.entries(PACKAGES_REPLACED).map(([replaced, file]) => [replaced, `./${file}`])),
  });
  return { name, contents: outputFiles[0].contents, metafile };
}

function handlersOf(family: Family): string {
  return `lambda/${family}/handlers`;
}
