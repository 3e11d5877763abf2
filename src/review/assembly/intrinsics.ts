import { attribute, ref, ResourceIdentity } from './physical-ids';
import type { Environment, Template } from './resolved-stack';
import { isUnknown, unknown, unknownIn } from './unknown';
import { DATABASE_USER } from '../../private/database-user-resource';
import type { UnknownValue } from '../policy/types';

/** Removed wherever it appears, as CloudFormation does with `AWS::NoValue`. */
const NO_VALUE = Symbol('AWS::NoValue');

/** In place of a value that is being found out. */
const IN_PROGRESS = Symbol('in progress');

/** Arguments that name things of the template, and so can be shown. Those of other intrinsics may hold a secret. */
const SHOWN = ['Ref', 'Condition', 'Fn::GetAtt', 'Fn::ImportValue', 'Fn::GetStackOutput', 'Fn::FindInMap'];

type Place = Pick<Environment, 'account' | 'region'>;

/** What other stacks give to the readers of theirs; nothing where no stack gives it. */
export interface ValuesOfStacks {
  /** What `Fn::ImportValue` returns. */
  exportedValue(place: Place, exportName: string): unknown;
  /** What `Fn::GetStackOutput` returns. */
  output(place: Place, stackName: string, outputId: string): unknown;
  /** What the custom resource reads with which the CDK carries a strong reference to another region. */
  crossRegionExport(reader: Environment, exportName: string): unknown;
}

/** One stack, and what its intrinsics can ask of others. */
export interface StackOfIntrinsics {
  readonly name: string;
  readonly environment: Environment;
  readonly template: Template;
  readonly others: ValuesOfStacks;
  /** The value that the parent of a nested stack gives a parameter; nothing where it gives none. */
  readonly parameter?: (name: string) => unknown;
  /** An output of a nested stack; nothing where there is none of that name. */
  readonly nestedOutput?: (logicalId: string, output: string) => unknown;
}

/** Gives intrinsics of one stack their concrete values; one that has none is an `UnknownValue`, with the reason in words. */
export class Intrinsics {
  /** What has no value, and why, each once. */
  public readonly unresolved = new Set<string>();
  private readonly found = new Map<string, unknown>();
  private readonly identities = new Map<string, ResourceIdentity>();

  private readonly functions: Record<string, (argument: any, at: string) => unknown> = {
    'Ref': (name, at) => this.ref(name, at),
    'Condition': (name, at) => this.condition(name, at),
    'Fn::GetAtt': (argument, at) => this.getAtt(argument, at),
    'Fn::Join': ([delimiter, list], at) => withList(this.list(list, at, 'Fn::Join'), parts => joined(parts, delimiter)),
    'Fn::Split': ([delimiter, source], at) => withText(this.text(source, at, 'Fn::Split'), text => text.split(delimiter)),
    'Fn::Select': ([index, list], at) => this.select(index, list, at),
    'Fn::Sub': (argument, at) => this.sub(argument, at),
    'Fn::Base64': (source, at) => withText(this.text(source, at, 'Fn::Base64'), text => Buffer.from(text).toString('base64')),
    'Fn::ToJsonString': (value, at) => known(this.value(value, at), each => JSON.stringify(each)),
    'Fn::Length': (list, at) => withList(this.list(list, at, 'Fn::Length'), parts => parts.length),
    'Fn::FindInMap': (keys, at) => this.findInMap(keys, at),
    'Fn::GetAZs': (region, at) => ['a', 'b', 'c'].map(zone => `${this.value(region, at) || this.stack.environment.region}${zone}`),
    'Fn::ImportValue': (name, at) => this.importValue(name, at),
    'Fn::GetStackOutput': (argument, at) => this.getStackOutput(argument, at),
    'Fn::If': ([name, whenTrue, whenFalse], at) => this.either(name, [whenTrue, whenFalse], at),
    'Fn::Equals': (pair, at) => known(this.value(pair, at), ([left, right]) => String(left) === String(right)),
    'Fn::And': (conditions, at) => settled(this.value(conditions, at), false),
    'Fn::Or': (conditions, at) => settled(this.value(conditions, at), true),
    'Fn::Not': ([condition], at) => known(this.value(condition, at), each => !each),
  };

  constructor(private readonly stack: StackOfIntrinsics) {}

  /** The value with all its intrinsics resolved; `at` is the logical id it belongs to. */
  public value(raw: unknown, at: string): any {
    const resolved = this.valueOrNothing(raw, at);
    return resolved === NO_VALUE ? undefined : resolved;
  }

  /** Whether the condition of that name holds. */
  public condition(name: string, at: string): boolean | UnknownValue {
    const definition = this.stack.template.Conditions?.[name];
    if (definition === undefined) return this.without('Condition', name, at, 'the template has no condition of that name');
    const holds = this.once(`the condition ${name}`, () => this.value(definition, at));
    return isUnknown(holds) ? holds : Boolean(holds);
  }

  private valueOrNothing(raw: unknown, at: string): unknown {
    if (Array.isArray(raw)) return raw.map(each => this.valueOrNothing(each, at)).filter(each => each !== NO_VALUE);
    if (typeof raw !== 'object' || raw === null) return raw;
    const entries = Object.entries(raw);
    const [name, argument] = entries[0] ?? [''];
    if (entries.length === 1 && isIntrinsic(name, argument)) return this.call(name, argument, at);
    return this.object(entries, at);
  }

  private object(entries: [string, unknown][], at: string): object {
    const resolved = entries.map(([key, each]): [string, unknown] => [key, this.valueOrNothing(each, at)]);
    return Object.fromEntries(resolved.some(([, each]) => each === NO_VALUE) ? resolved.filter(([, each]) => each !== NO_VALUE) : resolved);
  }

  private call(name: string, argument: unknown, at: string): unknown {
    const intrinsic = this.functions[name];
    if (intrinsic === undefined) return this.without(name, argument, at, 'this intrinsic function is not supported here');
    try {
      return intrinsic(argument, at);
    } catch (error) {
      if (error instanceof TypeError) return this.without(name, argument, at, 'its argument has not the form that CloudFormation takes');
      throw error;
    }
  }

  /** Finds a value out once; what depends on itself has none. */
  private once(what: string, find: () => unknown): unknown {
    const before = this.found.get(what);
    if (before === IN_PROGRESS) return unknown(`the value of ${what} of stack ${this.stack.name} (it depends on itself)`);
    if (this.found.has(what)) return before;
    this.found.set(what, IN_PROGRESS);
    const value = find();
    this.found.set(what, value);
    return value;
  }

  private without(intrinsic: string, argument: unknown, at: string, reason: string): UnknownValue {
    const shown = SHOWN.includes(intrinsic) ? ` ${JSON.stringify(argument)}` : '';
    const where = `${intrinsic}${shown} in ${at} of stack ${this.stack.name}`;
    this.unresolved.add(`${where}: ${reason}`);
    return unknown(`the value of ${where} (${reason})`);
  }

  private list(raw: unknown, at: string, intrinsic: string): unknown[] | UnknownValue {
    const resolved = this.value(raw, at);
    return Array.isArray(resolved) || isUnknown(resolved) ? resolved : this.without(intrinsic, raw, at, 'its argument is not a list');
  }

  private text(raw: unknown, at: string, intrinsic: string): string | UnknownValue {
    const resolved = this.value(raw, at);
    return typeof resolved === 'string' || isUnknown(resolved) ? resolved : this.without(intrinsic, raw, at, 'its argument is not a string');
  }

  private select(index: unknown, raw: unknown, at: string): unknown {
    return withList(this.list(raw, at, 'Fn::Select'), list => {
      const position = Number(this.value(index, at));
      return position in list ? list[position] : this.without('Fn::Select', raw, at, `the list has ${list.length} elements, and none at ${position}`);
    });
  }

  private sub(argument: string | [string, Record<string, unknown>], at: string): string | UnknownValue {
    const [body, variables] = Array.isArray(argument) ? argument : [argument, {}];
    return joined(body.split(/(\$\{[^}]*\})/).map(part => {
      const name = /^\$\{(.*)\}$/s.exec(part)?.[1];
      if (name === undefined) return part;
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      if (name in variables) return this.value(variables[name], at);
      return name.includes('.') ? this.getAtt(name, at) : this.ref(name, at);
    }), '');
  }

  /** Of a condition that is not known, what holds in either case. */
  private either(name: string, [whenTrue, whenFalse]: [unknown, unknown], at: string): unknown {
    const holds = this.condition(name, at);
    if (!isUnknown(holds)) return this.valueOrNothing(holds ? whenTrue : whenFalse, at);
    const [one, other] = [whenTrue, whenFalse].map(each => this.valueOrNothing(each, at));
    return JSON.stringify(one) === JSON.stringify(other) && one !== NO_VALUE ? one : unknown(`whether the condition ${name} holds, for ${holds.unknown}`);
  }

  private ref(name: string, at: string): unknown {
    const { account, region, partition, urlSuffix } = this.stack.environment;
    switch (name) {
      case 'AWS::AccountId': return account;
      case 'AWS::Region': return region;
      case 'AWS::Partition': return partition;
      case 'AWS::URLSuffix': return urlSuffix;
      case 'AWS::StackName': return this.stack.name;
      case 'AWS::StackId': return `arn:${partition}:cloudformation:${region}:${account}:stack/${this.stack.name}/00000000-0000-0000-0000-000000000000`;
      case 'AWS::NotificationARNs': return [];
      case 'AWS::NoValue': return NO_VALUE;
    }
    if (name in (this.stack.template.Parameters ?? {})) return this.parameter(name, at);
    const resource = this.resource('Ref', name, name, at);
    return isUnknown(resource) ? resource : this.once(`Ref ${name}`, () => ref(resource));
  }

  /** The value that a deployment without parameters takes. What Systems Manager stores stays a dynamic reference. */
  private parameter(name: string, at: string): unknown {
    const { Type: type, Default } = this.stack.template.Parameters![name];
    const value = this.once(`the parameter ${name}`, () => this.stack.parameter?.(name)) ?? Default;
    if (value === undefined) return this.without('Ref', name, at, 'the parameter has no default; give it one, or use a value known at synthesis');
    if (isUnknown(value)) return value;
    if (String(type).startsWith('AWS::SSM::Parameter::Value')) return type.includes('List') ? [`{{resolve:ssm:${value}}}`] : `{{resolve:ssm:${value}}}`;
    const isList = type === 'CommaDelimitedList' || String(type).startsWith('List<');
    return isList && !Array.isArray(value) ? String(value).split(',').map(each => each.trim()) : value;
  }

  private getAtt(argument: string | string[], at: string): unknown {
    const [logicalId, ...rest] = Array.isArray(argument) ? argument : argument.split('.');
    const name = this.text(Array.isArray(argument) ? rest.length === 1 ? rest[0] : rest.join('.') : rest.join('.'), at, 'Fn::GetAtt');
    const resource = this.resource('Fn::GetAtt', argument, logicalId, at);
    if (isUnknown(resource)) return resource;
    if (isUnknown(name)) return name;
    const cannot = (reason: string) => this.without('Fn::GetAtt', argument, at, reason);
    switch (resource.type) {
      case 'Custom::CrossRegionExportReader':
        return this.stack.others.crossRegionExport(this.stack.environment, name) ?? cannot('no stack writes this export to this region');
      case 'AWS::CloudFormation::Stack':
        return this.once(`${logicalId}.${name}`, () => this.stack.nestedOutput?.(logicalId, name.replace(/^Outputs\./, ''))) ?? cannot('no template of the nested stack has this output');
      case DATABASE_USER.type:
        // That of ours gives what it was given.
        return resource.property(name) ?? cannot('the custom resource alone knows it');
      default:
        return isCustom(resource.type) ? cannot('the custom resource alone knows it')
          : this.once(`Fn::GetAtt ${logicalId}.${name}`, () => attribute(resource, name));
    }
  }

  private resource(intrinsic: string, argument: unknown, logicalId: string, at: string): ResourceIdentity | UnknownValue {
    const resource = this.stack.template.Resources[logicalId];
    if (resource === undefined) return this.without(intrinsic, argument, at, `the template has no resource ${logicalId}`);
    const before = this.identities.get(logicalId);
    if (before !== undefined) return before;
    const identity: ResourceIdentity = {
      type: resource.Type,
      logicalId,
      stackName: this.stack.name,
      environment: this.stack.environment,
      property: name => this.once(`${logicalId}.${name}`, () => this.value(resource.Properties?.[name], logicalId)),
    };
    this.identities.set(logicalId, identity);
    return identity;
  }

  private findInMap(keys: unknown[], at: string): unknown {
    return known(this.value(keys.slice(0, 3), at), ([map, top, second]) => {
      const found = this.stack.template.Mappings?.[map]?.[top]?.[second];
      return found === undefined ? this.without('Fn::FindInMap', [map, top, second], at, 'the template has no such entry') : this.value(found, at);
    });
  }

  private importValue(raw: unknown, at: string): unknown {
    return withText(this.text(raw, at, 'Fn::ImportValue'), name => {
      const { environment: { account, region }, others } = this.stack;
      return this.once(`Fn::ImportValue ${name}`, () => others.exportedValue({ account, region }, name))
        ?? this.without('Fn::ImportValue', name, at, `no stack in ${account}/${region} exports it`);
    });
  }

  private getStackOutput(raw: Record<string, unknown>, at: string): unknown {
    return known(this.value(raw, at), ({ StackName, OutputName, Region, RoleArn }) => {
      const account = RoleArn === undefined ? this.stack.environment.account : String(RoleArn).split(':')[4];
      const region = Region ?? this.stack.environment.region;
      return this.once(`Fn::GetStackOutput ${account}/${region}/${StackName}/${OutputName}`, () => this.stack.others.output({ account, region }, StackName, OutputName))
        ?? this.without('Fn::GetStackOutput', { StackName, OutputName }, at, `no stack of that name in ${account}/${region} has that output`);
    });
  }
}

/** The texts in one; where one is unknown, what is in front of it is known for sure. */
function joined(parts: unknown[], delimiter: string): string | UnknownValue {
  const at = parts.findIndex(isUnknown);
  if (at < 0) return parts.join(delimiter);
  const { unknown: what, startsWith = '' } = parts[at] as UnknownValue;
  return unknown(what, [...parts.slice(0, at), startsWith].join(delimiter));
}

/** What is made of a value, or what is unknown in it. */
function known(value: any, make: (value: any) => unknown): unknown {
  const missing = unknownIn(value);
  return missing === undefined ? make(value) : unknown(missing.unknown);
}

function withText(text: string | UnknownValue, make: (text: string) => unknown): unknown {
  return isUnknown(text) ? unknown(text.unknown) : make(text);
}

function withList(list: unknown[] | UnknownValue, make: (list: unknown[]) => unknown): unknown {
  return isUnknown(list) ? unknown(list.unknown) : make(list);
}

/** `decisive` if one of the conditions is, whatever the unknown ones are. */
function settled(conditions: unknown[], decisive: boolean): boolean | UnknownValue {
  if (conditions.some(each => !isUnknown(each) && Boolean(each) === decisive)) return decisive;
  return conditions.find(isUnknown) ?? !decisive;
}

function isCustom(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}

function isIntrinsic(name: string, argument: unknown): boolean {
  return name.startsWith('Fn::') || name === 'Ref' || (name === 'Condition' && typeof argument === 'string');
}
