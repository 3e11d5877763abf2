import { attribute, ref, ResourceIdentity } from './physical-ids';
import type { Environment, Template } from './resolved-stack';
import { UnresolvableIntrinsicError } from './unresolvable';

/** Removed wherever it appears, as CloudFormation does with `AWS::NoValue`. */
const NO_VALUE = Symbol('AWS::NoValue');

/** What other stacks give to the readers of theirs; nothing where no stack gives it. */
export interface ValuesOfStacks {
  /** What `Fn::ImportValue` returns. */
  exportedValue(place: Pick<Environment, 'account' | 'region'>, exportName: string): unknown;
  /** What `Fn::GetStackOutput` returns. */
  output(place: Pick<Environment, 'account' | 'region'>, stackName: string, outputId: string): unknown;
  /** What the custom resource reads with which the CDK carries a strong reference to another region. */
  crossRegionExport(reader: Environment, exportName: string): unknown;
}

/** Gives intrinsics of one stack their concrete values. */
export class Intrinsics {
  private readonly functions: Record<string, (argument: any, at: string) => unknown> = {
    'Ref': (name, at) => this.ref(name, at),
    'Condition': (name, at) => this.condition(name, at),
    'Fn::GetAtt': (argument, at) => this.getAtt(argument, at),
    'Fn::Join': ([delimiter, list], at) => this.list(list, at, 'Fn::Join').join(delimiter),
    'Fn::Split': ([delimiter, source], at) => this.text(source, at, 'Fn::Split').split(delimiter),
    'Fn::Select': ([index, list], at) => this.select(index, list, at),
    'Fn::Sub': (argument, at) => this.sub(argument, at),
    'Fn::Base64': (source, at) => Buffer.from(this.text(source, at, 'Fn::Base64')).toString('base64'),
    'Fn::ToJsonString': (value, at) => JSON.stringify(this.value(value, at)),
    'Fn::Length': (list, at) => this.list(list, at, 'Fn::Length').length,
    'Fn::FindInMap': (keys, at) => this.findInMap(keys, at),
    'Fn::GetAZs': (region, at) => ['a', 'b', 'c'].map(zone => `${this.value(region, at) || this.environment.region}${zone}`),
    'Fn::ImportValue': (name, at) => this.importValue(name, at),
    'Fn::GetStackOutput': (argument, at) => this.getStackOutput(argument, at),
    'Fn::If': ([name, whenTrue, whenFalse], at) => this.valueOrNothing(this.condition(name, at) ? whenTrue : whenFalse, at),
    'Fn::Equals': ([left, right], at) => String(this.value(left, at)) === String(this.value(right, at)),
    'Fn::And': (conditions, at) => conditions.every((each: unknown) => this.value(each, at)),
    'Fn::Or': (conditions, at) => conditions.some((each: unknown) => this.value(each, at)),
    'Fn::Not': ([condition], at) => !this.value(condition, at),
  };

  constructor(
    private readonly stackName: string,
    private readonly environment: Environment,
    private readonly template: Template,
    private readonly deployment: ValuesOfStacks,
  ) {}

  /** The value with all its intrinsics resolved; `at` is the logical id it belongs to. */
  public value(raw: unknown, at: string): any {
    const resolved = this.valueOrNothing(raw, at);
    return resolved === NO_VALUE ? undefined : resolved;
  }

  /** Whether the condition of that name holds. */
  public condition(name: string, at: string): boolean {
    const definition = this.template.Conditions?.[name];
    if (definition === undefined) this.fail('Condition', name, at, 'the template has no condition of that name');
    return Boolean(this.value(definition, at));
  }

  private valueOrNothing(raw: unknown, at: string): unknown {
    if (Array.isArray(raw)) return raw.map(each => this.valueOrNothing(each, at)).filter(each => each !== NO_VALUE);
    if (typeof raw !== 'object' || raw === null) return raw;
    const entries = Object.entries(raw);
    const [name, argument] = entries[0] ?? [''];
    if (entries.length === 1 && isIntrinsic(name, argument)) return this.call(name, argument, at);
    return Object.fromEntries(entries
      .map(([key, each]) => [key, this.valueOrNothing(each, at)] as const)
      .filter(([, each]) => each !== NO_VALUE));
  }

  private call(name: string, argument: unknown, at: string): unknown {
    const intrinsic = this.functions[name];
    if (intrinsic === undefined) return this.fail(name, argument, at, 'this intrinsic function is not supported here');
    return intrinsic(argument, at);
  }

  private fail(intrinsic: string, argument: unknown, at: string, reason: string): never {
    throw new UnresolvableIntrinsicError({ stack: this.stackName, logicalId: at }, intrinsic, argument, reason);
  }

  private list(raw: unknown, at: string, intrinsic: string): unknown[] {
    const resolved = this.value(raw, at);
    return Array.isArray(resolved) ? resolved : this.fail(intrinsic, raw, at, 'its argument is not a list');
  }

  private text(raw: unknown, at: string, intrinsic: string): string {
    const resolved = this.value(raw, at);
    return typeof resolved === 'string' ? resolved : this.fail(intrinsic, raw, at, 'its argument is not a string');
  }

  private select(index: unknown, raw: unknown, at: string): unknown {
    const list = this.list(raw, at, 'Fn::Select');
    const position = Number(this.value(index, at));
    return position in list ? list[position] : this.fail('Fn::Select', raw, at, `the list has ${list.length} elements, and none at ${position}`);
  }

  private sub(argument: string | [string, Record<string, unknown>], at: string): string {
    const [body, variables] = Array.isArray(argument) ? argument : [argument, {}];
    return body.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      if (name in variables) return String(this.value(variables[name], at));
      return String(name.includes('.') ? this.getAtt(name, at) : this.ref(name, at));
    });
  }

  private ref(name: string, at: string): unknown {
    const { account, region, partition, urlSuffix } = this.environment;
    switch (name) {
      case 'AWS::AccountId': return account;
      case 'AWS::Region': return region;
      case 'AWS::Partition': return partition;
      case 'AWS::URLSuffix': return urlSuffix;
      case 'AWS::StackName': return this.stackName;
      case 'AWS::StackId': return `arn:${partition}:cloudformation:${region}:${account}:stack/${this.stackName}/00000000-0000-0000-0000-000000000000`;
      case 'AWS::NotificationARNs': return [];
      case 'AWS::NoValue': return NO_VALUE;
    }
    return name in (this.template.Parameters ?? {}) ? this.parameter(name, at) : ref(this.resource('Ref', name, name, at));
  }

  /** The value that a deployment without parameters takes. What Systems Manager stores stays a dynamic reference. */
  private parameter(name: string, at: string): unknown {
    const { Type: type, Default: value } = this.template.Parameters![name];
    if (value === undefined) this.fail('Ref', name, at, 'the parameter has no default; give it one, or use a value known at synthesis');
    if (type.startsWith('AWS::SSM::Parameter::Value')) return type.includes('List') ? [`{{resolve:ssm:${value}}}`] : `{{resolve:ssm:${value}}}`;
    return type === 'CommaDelimitedList' || type.startsWith('List<') ? String(value).split(',').map(each => each.trim()) : value;
  }

  private getAtt(argument: string | string[], at: string): unknown {
    const [logicalId, ...rest] = Array.isArray(argument) ? argument : argument.split('.');
    const name = this.text(Array.isArray(argument) ? rest[0] : rest.join('.'), at, 'Fn::GetAtt');
    const resource = this.resource('Fn::GetAtt', argument, logicalId, at);
    return resource.type === 'Custom::CrossRegionExportReader'
      ? this.deployment.crossRegionExport(this.environment, name) ?? this.fail('Fn::GetAtt', argument, at, 'no stack writes this export to this region')
      : attribute(resource, name);
  }

  private resource(intrinsic: string, argument: unknown, logicalId: string, at: string): ResourceIdentity {
    const resource = this.template.Resources[logicalId];
    if (resource === undefined) return this.fail(intrinsic, argument, at, `the template has no resource ${logicalId}`);
    return {
      type: resource.Type,
      logicalId,
      stackName: this.stackName,
      environment: this.environment,
      property: name => this.value(resource.Properties?.[name], logicalId),
    };
  }

  private findInMap(keys: unknown[], at: string): unknown {
    const [map, top, second] = keys.slice(0, 3).map(each => String(this.value(each, at)));
    const found = this.template.Mappings?.[map]?.[top]?.[second];
    return found === undefined ? this.fail('Fn::FindInMap', [map, top, second], at, 'the template has no such entry') : this.value(found, at);
  }

  private importValue(raw: unknown, at: string): unknown {
    const name = this.text(raw, at, 'Fn::ImportValue');
    return this.deployment.exportedValue(this.environment, name)
      ?? this.fail('Fn::ImportValue', name, at, `no stack in ${this.environment.account}/${this.environment.region} exports it`);
  }

  private getStackOutput(raw: Record<string, unknown>, at: string): unknown {
    const { StackName, OutputName, Region, RoleArn } = this.value(raw, at);
    const account = RoleArn === undefined ? this.environment.account : String(RoleArn).split(':')[4];
    const region = Region ?? this.environment.region;
    return this.deployment.output({ account, region }, StackName, OutputName)
      ?? this.fail('Fn::GetStackOutput', { StackName, OutputName }, at, `no stack of that name in ${account}/${region} has that output`);
  }
}

function isIntrinsic(name: string, argument: unknown): boolean {
  return name.startsWith('Fn::') || name === 'Ref' || (name === 'Condition' && typeof argument === 'string');
}
