import { AssemblyFiles, readAssembly, StackFiles } from './assembly-files';
import { Deployment, Source } from './deployment';
import { environmentOf, regionProblem, StandIns } from './environment';
import type { Intrinsics } from './intrinsics';
import { below, nestedStacksOf } from './nested-stacks';
import type { Metadata, ResolvedStack, Template } from './resolved-stack';
import { sourceLocations } from './source-locations';
import { isUnknown } from './unknown';
import { ReviewError } from '../review-error';

/** A cloud assembly: the result of `app.synth()`, or the directory that it wrote. */
export type Assembly = string | { readonly directory: string };

/** The stacks of assemblies, and what of them could not be read, one sentence each. */
export interface ResolvedAssemblies {
  readonly stacks: ResolvedStack[];
  readonly problems: string[];
}

/** A stack ready to be resolved; a nested one has the files of the one that it is in. */
interface Synthesized extends Source {
  readonly files: StackFiles;
  readonly path: string;
  readonly templateFile: string;
  readonly nested: Map<string, Synthesized>;
}

/** This transform adds a nested stack with a function of AWS, and changes nothing of what is there. */
const HOSTED_ROTATION = 'what the transform AWS::SecretsManager-2024-09-16 makes of ';

/**
 * Every stack of a cloud assembly, stages and nested stacks included, with concrete values in place of intrinsics.
 *
 * Physical ids are made up, and the same in every run. What cannot be read, and an intrinsic without a value, is an error here.
 */
export function resolveTemplates(assembly: Assembly, standIns: StandIns = {}): ResolvedStack[] {
  const { stacks, problems } = resolveAssemblies([assembly], standIns);
  const unread = problems.filter(problem => !problem.startsWith(HOSTED_ROTATION));
  if (unread.length > 0) throw new ReviewError(unread.join('\n'));
  const [unresolved] = stacks.flatMap(stack => stack.unresolved);
  if (unresolved !== undefined) throw new ReviewError(`cannot resolve ${unresolved}`);
  return stacks;
}

/** The stacks of several assemblies, of one or several accounts, which may read what others export. */
export function resolveAssemblies(assemblies: readonly Assembly[], standIns: StandIns = {}): ResolvedAssemblies {
  const read = assemblies.map(each => typeof each === 'string' ? readAssembly(each) : readAssembly(each.directory));
  const { files, problems } = withoutContradictions(read, standIns);
  const sources = files.map(each => synthesized(each, environmentOf(each.environment, standIns), problems));
  const deployment = new Deployment(sources);
  const stacks = sources.flatMap(withNested).map(source => resolvedStack(source, deployment, problems));
  return { stacks, problems };
}

/** The first of several stacks of one name in one place is the one that counts; stand-ins are no place. */
function withoutContradictions(read: AssemblyFiles[], standIns: StandIns): { files: StackFiles[]; problems: string[] } {
  const problems = read.flatMap(each => each.problems);
  const places = new Map<string, StackFiles>();
  const paths = new Set<string>();
  const files = read.flatMap(({ stacks }) => stacks).flatMap(each => {
    const { account, region, environmentAgnostic } = environmentOf(each.environment, standIns);
    const key = environmentAgnostic ? `${each.assembly} ${each.path}` : `${account}/${region}/${each.name}`;
    const before = places.get(key);
    if (before !== undefined) {
      const same = JSON.stringify(before.template) === JSON.stringify(each.template);
      problems.push(`the stack ${each.name} of ${account}/${region} is in ${before.assembly} and in ${each.assembly}`
        + `${same ? ', with the same template' : ', with another template: that of the former is reviewed; give one of them'}`);
      return [];
    }
    places.set(key, each);
    const named = paths.has(each.path) ? inAssembly(each) : each;
    paths.add(named.path);
    return [named];
  });
  return { files, problems };
}

/** Two assemblies can have constructs of one path, which are then told apart by the assembly. */
function inAssembly(files: StackFiles): StackFiles {
  const named = (constructPath: string) => `${files.assembly}:${constructPath}`;
  return {
    ...files,
    path: named(files.path),
    metadata: files.metadata.map(each => ({ ...each, path: named(each.path) })),
    dependencies: files.dependencies.map(named),
  };
}

function synthesized(files: StackFiles, environment: Source['environment'], problems: string[], of: Partial<Synthesized> = {}): Synthesized {
  const { name = files.name, path = files.path, templateFile = files.templateFile, template = files.template, parent } = of;
  const source: Synthesized = { name, path, templateFile, template, parent, environment, files, nested: new Map() };
  const { nested, problems: unread } = nestedStacksOf({ ...files, path, templateFile }, template);
  problems.push(...unread, ...notReviewed(source));
  for (const { logicalId, ...each } of nested) {
    source.nested.set(logicalId, synthesized(files, environment, problems, { ...each, name: `${name}-${logicalId}`, parent: { source, logicalId } }));
  }
  const problem = parent === undefined ? regionProblem({ path, region: environment.region }) : undefined;
  if (problem !== undefined) problems.push(problem);
  return source;
}

const TEMPLATES_OF_THEIR_OWN = new Map([
  ['AWS::CloudFormation::StackSet', 'StackSet'],
  ['AWS::ServiceCatalog::CloudFormationProduct', 'product'],
  ['AWS::ServiceCatalog::CloudFormationProvisionedProduct', 'provisioned product'],
]);

/** Resources whose own resources are known to the deployment alone. */
function notReviewed({ path, template: { Resources, Transform } }: Synthesized): string[] {
  return [
    ...Object.entries(Resources).filter(([, { Type }]) => TEMPLATES_OF_THEIR_OWN.has(Type)).map(([id, { Type }]) =>
      `the stacks of the ${TEMPLATES_OF_THEIR_OWN.get(Type)} ${id} of ${path} are not reviewed; review an assembly that has its template as a stack`),
    ...Transform === undefined ? [] : [`what the transform ${[Transform].flat().map(each => typeof each === 'string' ? each : JSON.stringify(each)).join(', ')} makes of ${path} is not reviewed; it is known at deployment`],
  ];
}

function withNested(source: Synthesized): Synthesized[] {
  return [source, ...[...source.nested.values()].flatMap(withNested)];
}

function resolvedStack(source: Synthesized, deployment: Deployment, problems: string[]): ResolvedStack {
  const { files, path, environment, name, templateFile, template } = source;
  const intrinsics = deployment.intrinsicsOf(source);
  const metadata = metadataOf(source);
  let locations: ReturnType<typeof sourceLocations> | undefined;
  return {
    name,
    path,
    stage: files.stage,
    assembly: files.assembly,
    templateFile,
    ...environment,
    template: resolved(source, intrinsics, problems),
    source: template,
    constructPaths: Object.fromEntries(metadata.filter(({ type }) => type === 'aws:cdk:logicalId')
      .map(each => [String(each.data), each.path.replace(/\/Resource$/, '')])),
    dependencies: files.dependencies,
    unresolved: [...intrinsics.unresolved],
    sourceOf: constructPath => (locations ??= sourceLocations(metadata)).get(constructPath),
    metadata: type => metadata.filter(each => each.type === type).map(({ path: constructPath, data }): Metadata => ({ path: constructPath, data })),
    ref: logicalId => intrinsics.value({ Ref: logicalId }, logicalId),
    getAtt: (logicalId, attribute) => intrinsics.value({ 'Fn::GetAtt': [logicalId, attribute] }, logicalId),
  };
}

/** That of its own constructs: the parent has the metadata of its nested stacks too, in which logical ids repeat. */
function metadataOf({ files, path, nested, parent }: Synthesized) {
  const own = parent === undefined ? files.metadata : below(path, files.metadata);
  const inner = [...nested.values()];
  return own.filter(each => !inner.some(({ path: nestedPath }) => each.path.startsWith(`${nestedPath}/`)));
}

function resolved({ path, template }: Synthesized, intrinsics: Intrinsics, problems: string[]): Template {
  const { Resources, Outputs = {} } = template;
  const standing = Object.entries(Resources).filter(([id, { Condition }]) => {
    const holds = Condition === undefined || intrinsics.condition(Condition, id);
    if (isUnknown(holds)) problems.push(`${id} of ${path} is reviewed as if it were created: whether its condition ${Condition} holds is not known, for ${holds.unknown}`);
    return holds !== false;
  });
  return {
    Resources: Object.fromEntries(standing.map(([id, { Type, Properties = {}, DeletionPolicy, UpdateReplacePolicy }]) => {
      const properties = intrinsics.value(Properties, id) ?? {};
      if (isUnknown(properties)) problems.push(`the properties of ${id} of ${path} are not reviewed: they are ${properties.unknown}`);
      return [id, { Type, Properties: isUnknown(properties) ? {} : properties, DeletionPolicy, UpdateReplacePolicy }];
    })),
    Outputs: Object.fromEntries(Object.entries(Outputs).map(([id, { Value }]) => [id, { Value: intrinsics.value(Value, id) }])),
  };
}
