import { readdirSync, readFileSync, statSync } from 'fs';
import * as path from 'path';
import type { LambdaFunction } from '../../src/review/model/functions';

/** The code of a function as the CDK would upload it. */
export interface FunctionAsset {
  /** The folder in the cloud assembly. */
  readonly folder: string;
  /** As the assembly names it, shortened. */
  readonly name: string;
  /** Every file, relative to the folder. */
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

interface AssetManifest {
  readonly files?: Record<string, {
    readonly source: { readonly path?: string };
    readonly destinations: Record<string, { readonly objectKey: string }>;
  }>;
}

const ADVICE = 'give it `lambda.Code.fromAsset(folder)`';

/** Finds the asset that the template names by the key of its object in the bucket of assets. */
export function assetOf({ path: functionPath, resource }: LambdaFunction, assembly: string): FunctionAsset {
  const key: unknown = resource.Properties?.Code?.S3Key;
  if (typeof key !== 'string') throw new Error(`${functionPath} has its code in the template, not in an asset; ${ADVICE}`);
  const folder = sourcesOf(assembly, key).find(each => statSync(each, { throwIfNoEntry: false }));
  if (folder === undefined) {
    throw new Error(`no asset of the cloud assembly has the key ${key}, which ${functionPath} names as its code; synthesize the app again`);
  }
  if (!statSync(folder).isDirectory()) throw new Error(`the asset of ${functionPath} is one file, which is not unpacked here; ${ADVICE}`);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(name => ({ name, stats: statSync(path.join(folder, name)) }))
    .filter(({ stats }) => stats.isFile())
    .map(({ name, stats }) => ({ name, bytes: stats.size }));
  return { folder, name: path.basename(folder).replace(/^(asset\.[0-9a-f]{12})[0-9a-f]+/, '$1…'), files };
}

function sourcesOf(assembly: string, key: string): string[] {
  return manifestsIn(assembly).flatMap(file => {
    const { files = {} } = JSON.parse(readFileSync(file, 'utf8')) as AssetManifest;
    return Object.values(files)
      .filter(({ source, destinations }) => source.path !== undefined && Object.values(destinations).some(({ objectKey }) => objectKey === key))
      .map(({ source }) => path.resolve(path.dirname(file), source.path!));
  });
}

/** The asset manifests of an assembly and of the stages in it; what an asset itself holds is none. */
function manifestsIn(assembly: string): string[] {
  return readdirSync(assembly, { withFileTypes: true }).flatMap(entry => {
    const at = path.join(assembly, entry.name);
    if (entry.isDirectory()) return entry.name.startsWith('assembly-') ? manifestsIn(at) : [];
    return entry.name.endsWith('.assets.json') ? [at] : [];
  });
}
