import { existsSync } from 'fs';
import * as path from 'path';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { Deployment, Source } from './deployment';
import { environmentOf, StandIns } from './environment';
import type { Intrinsics } from './intrinsics';
import type { Metadata, ResolvedStack, Resource, Template } from './resolved-stack';
import { ReviewError } from '../review-error';

/** The part of a `CloudAssembly` that is read here, so that one of any version of aws-cdk-lib will do. */
export interface Assembly {
  readonly stacks: StackArtifact[];
  readonly nestedAssemblies: { readonly displayName: string; readonly nestedAssembly: Assembly }[];
}

export interface StackArtifact {
  readonly stackName: string;
  readonly hierarchicalId: string;
  readonly environment: { readonly account: string; readonly region: string };
  /** What is deployed before the stack, stacks or not. */
  readonly dependencies: readonly object[];
  readonly template: any;
  findMetadataByType(type: string): Metadata[];
}

/** A stack as the assembly has it, ready to be resolved. */
interface Synthesized extends Source {
  readonly artifact: StackArtifact;
  readonly stage: string;
}

/**
 * Every stack of a cloud assembly, stages included, with concrete values in place of intrinsics.
 *
 * Physical ids are made up, and the same in every run. An intrinsic without a value is an error.
 *
 * @param assembly the result of `app.synth()`, or the directory it wrote
 */
export function resolveTemplates(assembly: Assembly | string, standIns: StandIns = {}): ResolvedStack[] {
  const sources = synthesizedStacks(typeof assembly === 'string' ? open(assembly) : assembly, '', standIns);
  const deployment = new Deployment(sources);
  return sources.map(source => {
    const intrinsics = deployment.intrinsicsOf(source);
    return {
      name: source.name,
      path: source.artifact.hierarchicalId,
      stage: source.stage,
      ...source.environment,
      template: resolved(source, intrinsics),
      source: source.template,
      constructPaths: constructPaths(source.artifact),
      dependencies: dependencies(source.artifact, sources),
      metadata: type => metadataOf(source.artifact, type),
      ref: logicalId => intrinsics.value({ Ref: logicalId }, logicalId),
      getAtt: (logicalId, attribute) => intrinsics.value({ 'Fn::GetAtt': [logicalId, attribute] }, logicalId),
    };
  });
}

function open(directory: string): Assembly {
  if (!existsSync(path.join(directory, 'manifest.json'))) {
    throw new ReviewError(`${directory} is not a cloud assembly (it has no manifest.json); synthesize the app into it first`);
  }
  // What a newer release of aws-cdk-lib adds to its assemblies is not read here.
  return new CloudAssembly(directory, { skipVersionCheck: true, skipEnumCheck: true });
}

function synthesizedStacks(assembly: Assembly, stage: string, standIns: StandIns): Synthesized[] {
  return [
    ...assembly.stacks.map(artifact => ({
      name: artifact.stackName,
      environment: environmentOf(artifact.environment, standIns),
      template: artifact.template as Template,
      artifact,
      stage,
    })),
    ...assembly.nestedAssemblies.flatMap(({ displayName, nestedAssembly }) => synthesizedStacks(nestedAssembly, displayName, standIns)),
  ];
}

function resolved(source: Source, intrinsics: Intrinsics): Template {
  const { Resources = {}, Outputs = {} } = source.template;
  const standing = Object.entries(Resources).filter(([id, { Condition }]) => Condition === undefined || intrinsics.condition(Condition, id));
  standing.forEach(([id, resource]) => refuseNestedStack(source.name, id, resource));
  return {
    Resources: Object.fromEntries(standing.map(([id, { Type, Properties = {}, DeletionPolicy, UpdateReplacePolicy }]) =>
      [id, { Type, Properties: intrinsics.value(Properties, id), DeletionPolicy, UpdateReplacePolicy }])),
    Outputs: Object.fromEntries(Object.entries(Outputs).map(([id, { Value }]) => [id, { Value: intrinsics.value(Value, id) }])),
  };
}

/** Its resources are in a template of its own, and would silently be missing. */
function refuseNestedStack(stack: string, logicalId: string, { Type }: Resource): void {
  if (Type === 'AWS::CloudFormation::Stack') {
    throw new ReviewError(`${logicalId} of stack ${stack} is a nested stack, whose template is not read here; use a stack of its own`);
  }
}

/** Those of its dependencies too. What is not a stack, such as the assets, is left out. */
function dependencies(artifact: StackArtifact, sources: Synthesized[]): string[] {
  const before = ({ dependencies: direct }: StackArtifact): StackArtifact[] =>
    sources.filter(source => direct.includes(source.artifact)).flatMap(source => [source.artifact, ...before(source.artifact)]);
  return [...new Set(before(artifact).map(({ hierarchicalId }) => hierarchicalId))];
}

function metadataOf(artifact: StackArtifact, type: string): Metadata[] {
  return artifact.findMetadataByType(type).map(({ path: constructPath, data }) => ({ path: constructPath.replace(/^\//, ''), data }));
}

function constructPaths(artifact: StackArtifact): Record<string, string> {
  return Object.fromEntries(metadataOf(artifact, 'aws:cdk:logicalId')
    .map(({ path: constructPath, data }) => [String(data), constructPath.replace(/\/Resource$/, '')]));
}
