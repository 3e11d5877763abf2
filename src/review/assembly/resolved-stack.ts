import type { SourceLocation } from '../document/review-document';

/** The properties of a resource. Their shape depends on the type of the resource, which only its reader knows. */
export type Properties = Record<string, any>;

export interface Resource {
  readonly Type: string;
  readonly Properties?: Properties;
  readonly Condition?: string;
  readonly DependsOn?: string | string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export interface Output {
  readonly Value: unknown;
  readonly Export?: { readonly Name: unknown };
}

export interface Parameter {
  readonly Type: string;
  readonly Default?: unknown;
}

/** The parts of a CloudFormation template that are read here. */
export interface Template {
  readonly Transform?: unknown;
  readonly Resources: Record<string, Resource>;
  readonly Outputs?: Record<string, Output>;
  readonly Parameters?: Record<string, Parameter>;
  readonly Conditions?: Record<string, unknown>;
  readonly Mappings?: Record<string, Record<string, Record<string, unknown>>>;
}

/** Where a stack is deployed. */
export interface Environment {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly urlSuffix: string;
  /** The stack names no account or no region, so stand-ins are used for what it does not name. */
  readonly environmentAgnostic: boolean;
}

export interface Metadata {
  /** The path of the construct that has it. */
  readonly path: string;
  readonly data?: unknown;
}

/** A stack of a cloud assembly whose template holds concrete values, and an `UnknownValue` where only a deployment knows the value. */
export interface ResolvedStack extends Environment {
  /** The name of the stack in CloudFormation. */
  readonly name: string;
  /** The construct path of the stack. */
  readonly path: string;
  /** The construct path of the stage; empty for a stack outside of any stage. */
  readonly stage: string;
  /** The name of the assembly, as the caller gave it. */
  readonly assembly: string;
  /** The template file, as a path within the assembly. */
  readonly templateFile: string;
  /** What has no value, and why. */
  readonly unresolved: string[];
  /** Resources whose condition does not hold are left out. */
  readonly template: Template;
  /** The template as synthesized, with its intrinsics. */
  readonly source: Template;
  /** The construct path of each logical id, without the `Resource` at its end. */
  readonly constructPaths: Readonly<Record<string, string>>;
  /** The construct paths of the stacks that are deployed before this one. */
  readonly dependencies: string[];
  /** Where the construct of that path was made, where the assembly has it. */
  readonly sourceOf: (constructPath: string) => SourceLocation | undefined;
  /** What the constructs of the stack have in their metadata under a type. */
  readonly metadata: (type: string) => Metadata[];
  /** What `Ref` of a resource returns. */
  readonly ref: (logicalId: string) => string;
  /** What `Fn::GetAtt` of a resource returns. */
  readonly getAtt: (logicalId: string, attribute: string) => string;
}
