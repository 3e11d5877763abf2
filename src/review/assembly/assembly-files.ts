import { existsSync, readFileSync, statSync } from 'fs';
import * as path from 'path';
import { Manifest } from 'aws-cdk-lib/cloud-assembly-schema';
import type { Metadata, Properties, Template } from './resolved-stack';
import { ReviewError } from '../review-error';

/** CloudFormation takes templates of at most 1 MB; what is so much larger is no template. */
const LARGEST_TEMPLATE_BYTES = 16 * 1024 * 1024;

/** Of an app whose templates have more than this, large properties that have nothing to do with access are not kept in memory. */
const LARGE_APP_BYTES = 64 * 1024 * 1024;
const LARGE_PROPERTY_CHARACTERS = 1000;
/** What says who can do what, and what gives values to other stacks. */
const ABOUT_ACCESS = /^AWS::(IAM|SecretsManager|KMS|CloudFormation|EC2::VPCEndpoint)|^Custom::CrossRegionExport/;

/** A stack as its assembly has it. */
export interface StackFiles {
  readonly name: string;
  /** The construct path of the stack. */
  readonly path: string;
  /** The construct path of the stage; empty for a stack outside of any stage. */
  readonly stage: string;
  /** The name of the assembly, as the caller gave it. */
  readonly assembly: string;
  readonly environment: { readonly account: string; readonly region: string };
  /** The template, as a path within the assembly. */
  readonly templateFile: string;
  readonly template: Template;
  readonly metadata: MetadataEntry[];
  /** The construct paths of the stacks that are deployed before this one. */
  readonly dependencies: string[];
  /** The template of a nested stack that has that asset, by the hash of it; nothing where it is not in the assembly. */
  readonly assetFile: (hash: string) => string | undefined;
  /** The folder that the names of asset files are relative to. */
  readonly folder: string;
}

export interface MetadataEntry extends Metadata {
  readonly type: string;
  readonly trace?: string[];
}

/** What is in an assembly, and what of it cannot be read, one sentence each. */
export interface AssemblyFiles {
  readonly stacks: StackFiles[];
  readonly problems: string[];
}

/** The parts of an artifact of `manifest.json` that are read here, in every version of its schema. */
interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly displayName?: string;
  readonly dependencies?: string[];
  readonly properties?: Partial<Record<'templateFile' | 'stackName' | 'directoryName' | 'displayName' | 'file', string>>;
  readonly metadata?: RawMetadata;
  readonly additionalMetadataFile?: string;
}

type RawMetadata = Record<string, { readonly type: string; readonly data?: unknown; readonly trace?: string[] }[]>;

/** Reads a cloud assembly, the assemblies of its stages too. */
export function readAssembly(directory: string, name = directory): AssemblyFiles {
  return new Reader(directory, name).read(directory, '');
}

class Reader {
  private readonly problems: string[] = [];
  private bytes = 0;

  constructor(private readonly root: string, private readonly assembly: string) {}

  public read(folder: string, stage: string): AssemblyFiles {
    const manifest = path.join(folder, 'manifest.json');
    if (!existsSync(manifest)) {
      throw new ReviewError(`${folder} is not a cloud assembly (it has no manifest.json); synthesize the app into it first,`
        + ` with \`npx cdk synth --output ${folder}\``);
    }
    const { version, artifacts = {} } = parsed(manifest) as { version?: string; artifacts?: Record<string, Artifact> };
    if (stage === '') this.problems.push(...versionProblems(this.assembly, version));
    const all = Object.entries(artifacts);
    const stacks = all.filter(([, { type }]) => type === 'aws:cloudformation:stack')
      .flatMap(([id, artifact]) => this.attempt(`the stack ${artifact.displayName ?? id}`, () => [this.stack(folder, stage, id, artifacts)]));
    const nested = all.filter(([, { type }]) => type === 'cdk:cloud-assembly')
      .flatMap(([id, { properties: { directoryName = id, displayName = id } = {} }]) =>
        this.attempt(`the stage ${displayName}`, () => this.read(path.join(folder, directoryName), displayName).stacks));
    return { stacks: [...stacks, ...nested], problems: this.problems };
  }

  /** What cannot be read is left out, and said. */
  private attempt<T>(what: string, read: () => T[]): T[] {
    try {
      return read();
    } catch (error) {
      this.problems.push(`${what} of ${this.assembly} is not reviewed: ${(error as Error).message}`);
      return [];
    }
  }

  private stack(folder: string, stage: string, id: string, artifacts: Record<string, Artifact>): StackFiles {
    const artifact = artifacts[id];
    const { environment = '', properties: { templateFile = `${id}.template.json`, stackName = id } = {}, displayName = id } = artifact;
    const [, account, region] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(environment) ?? [];
    if (region === undefined) throw new ReviewError(`its environment is ${JSON.stringify(environment)}, and not aws://<account>/<region>; synthesize the app again`);
    return {
      name: stackName,
      path: displayName,
      stage,
      assembly: this.assembly,
      environment: { account, region },
      templateFile: path.relative(this.root, path.join(folder, templateFile)),
      template: this.template(path.join(folder, templateFile)),
      metadata: metadataOf(folder, artifact),
      dependencies: [...neededBefore(id, artifacts)].flatMap(each => artifacts[each].type === 'aws:cloudformation:stack' ? artifacts[each].displayName ?? each : []),
      assetFile: assetFiles(folder, artifacts),
      folder,
    };
  }

  private template(file: string): Template {
    const template = readTemplate(file);
    const before = this.bytes;
    this.bytes += statSync(file).size;
    if (this.bytes <= LARGE_APP_BYTES) return template;
    if (before <= LARGE_APP_BYTES) {
      this.problems.push(`the templates of ${this.assembly} have more than ${LARGE_APP_BYTES / 2 ** 20} MB: of further ones, where the value of a secret is`
        + ' read once in a property of more than 1,000 characters is not reviewed; review stages one by one');
    }
    return withoutLargeProperties(template);
  }
}

/** The template without properties that need much memory and say nothing of access. */
export function withoutLargeProperties(template: Template): Template {
  const kept = (properties: Properties) => Object.fromEntries(Object.entries(properties)
    .filter(([, value]) => JSON.stringify(value).length <= LARGE_PROPERTY_CHARACTERS));
  return {
    ...template,
    Resources: Object.fromEntries(Object.entries(template.Resources).map(([id, resource]) =>
      [id, ABOUT_ACCESS.test(resource.Type) ? resource : { ...resource, Properties: kept(resource.Properties ?? {}) }])),
  };
}

/** The template of that file, with what every template has. */
export function readTemplate(file: string): Template {
  const bytes = statSync(file, { throwIfNoEntry: false })?.size;
  if (bytes === undefined) throw new ReviewError(`there is no file ${file}; synthesize the app again`);
  if (bytes > LARGEST_TEMPLATE_BYTES) throw new ReviewError(`${file} has ${bytes} bytes, and CloudFormation takes a template of 1 MB at most; split the stack`);
  const template = parsed(file);
  const resources = Object.entries<any>(template.Resources ?? {}).filter(([, resource]) => typeof resource?.Type === 'string');
  return { ...template, Resources: Object.fromEntries(resources) };
}

function parsed(file: string): any {
  const text = readFileSync(file, 'utf8');
  try {
    const value = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch { /* the same is wrong as with a value that is no object */ }
  throw new ReviewError(`${file} does not hold a JSON object; synthesize the app again`);
}

/** The schema has grown since aws-cdk-lib 2.0 and kept what is read here; what a later one adds is not known. */
function versionProblems(assembly: string, version: string | undefined): string[] {
  const major = Number.parseInt(version ?? '', 10);
  const newest = Number.parseInt(Manifest.version(), 10);
  if (Number.isNaN(major)) return [`${assembly} does not say the version of its schema; it is reviewed like one of version ${newest}`];
  if (major > newest) {
    return [`${assembly} has version ${major} of the schema of cloud assemblies, and the installed aws-cdk-lib knows ${newest}: what is new is not reviewed;`
      + ' update aws-cdk-lib'];
  }
  return major < OLDEST_VERSION
    ? [`${assembly} has version ${major} of the schema of cloud assemblies, which is older than aws-cdk-lib 2.0: what has changed since is not reviewed; synthesize it with aws-cdk-lib 2`]
    : [];
}

/** What aws-cdk-lib 2.0.0 writes. */
const OLDEST_VERSION = 15;

function metadataOf(folder: string, { metadata, additionalMetadataFile }: Artifact): MetadataEntry[] {
  const file = additionalMetadataFile && path.join(folder, additionalMetadataFile);
  const further: RawMetadata = file && existsSync(file) ? parsed(file) : {};
  return [metadata ?? {}, further].flatMap(Object.entries<RawMetadata[string]>)
    .flatMap(([constructPath, entries]) => entries.map(entry => ({ ...entry, path: constructPath.replace(/^\//, '') })));
}

/** The artifacts that an artifact depends on, and theirs. */
function neededBefore(id: string, artifacts: Record<string, Artifact>, found = new Set<string>()): Set<string> {
  for (const needed of artifacts[id]?.dependencies ?? []) {
    if (found.has(needed) || artifacts[needed] === undefined) continue;
    found.add(needed);
    neededBefore(needed, artifacts, found);
  }
  return found;
}

/** By the hash of the asset, from the asset manifests of the folder, which are read when one is asked for. */
function assetFiles(folder: string, artifacts: Record<string, Artifact>): (hash: string) => string | undefined {
  let files: Map<string, string> | undefined;
  const read = () => new Map(Object.values(artifacts)
    .filter(({ type, properties }) => type === 'cdk:asset-manifest' && properties?.file !== undefined && existsSync(path.join(folder, properties.file)))
    .flatMap(({ properties }) => Object.entries<any>(parsed(path.join(folder, properties!.file!)).files ?? {}))
    .flatMap(([hash, { source }]) => source?.path === undefined ? [] : [[hash, source.path] as const]));
  return hash => (files ??= read()).get(hash);
}
