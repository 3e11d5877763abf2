import { Condition as Asked, conditionsOf, listOf } from './conditions';
import { and, Formula, missing, not, or } from './formula';
import { matches, patternOf } from './pattern';
import { EVERYBODY, leftBy, Naming, namingIn } from './principals';
import { anyResource, Matched, ResourceValue, resourceValue } from './resources';
import type { CompiledPolicy, NamedPolicy, PolicyDocument, PolicyStatement, PolicyValue, PrincipalElement, RequestPrincipal, UnknownValue } from './types';

/** A statement, read once. */
export interface Statement {
  readonly index: number;
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  /** What its action element says of an action in lower case. */
  readonly action: (action: string) => Formula;
  readonly resource: (request: Matched) => Formula;
  /** What an ARN that the statement can be about begins with; one that is empty stands for every ARN. */
  readonly prefixes: readonly string[];
  /** Whether the statement could be about the resource. */
  readonly mayBeAbout: (resource: string) => boolean;
  /** Absent: a policy of an identity or an account, which is about whoever has it. */
  readonly principal?: PrincipalElement;
  readonly naming: (principal: RequestPrincipal, bounded: boolean) => Naming;
  readonly conditions: readonly Asked[];
}

/** What `compile` makes. */
export class ReadPolicy implements CompiledPolicy {
  private readonly byAction = new Map<string, readonly Statement[]>();

  constructor(readonly name: string, readonly statements: readonly Statement[]) {}

  /** The statements that can be about the action. */
  public about(action: string): readonly Statement[] {
    const before = this.byAction.get(action);
    if (before !== undefined) return before;
    const name = action.toLowerCase();
    const statements = this.statements.filter(statement => statement.action(name) !== false);
    this.byAction.set(action, statements);
    return statements;
  }

  public mayConcern(action: string, resource: string): boolean {
    return this.about(action).some(statement => statement.mayBeAbout(resource));
  }

  public mayAllow(action: string, resource: string): boolean {
    return this.about(action).some(statement => statement.effect === 'Allow' && statement.mayBeAbout(resource));
  }
}

/** Reads a policy, for all decisions that it takes part in. What it cannot read is missing in the answers, and never an error. */
export function compile({ name, document }: NamedPolicy): CompiledPolicy {
  if (isUnknown(document)) return new ReadPolicy(name, unknownStatements(document.unknown, 0));
  const { Version } = document;
  const statements = listOf(document.Statement).flatMap((statement, index) => isUnknown(statement)
    ? unknownStatements(statement.unknown, index)
    : statementsOf(statement, index, Version));
  return new ReadPolicy(name, statements);
}

function isUnknown(value: PolicyDocument | PolicyStatement | PrincipalElement | UnknownValue): value is UnknownValue {
  return typeof value === 'object' && 'unknown' in value && typeof value.unknown === 'string';
}

/** What is not known can allow, and can deny. */
function unknownStatements(unknown: string, index: number): Statement[] {
  return (['Allow', 'Deny'] as const).map(Effect => statementOf({ Effect, Action: '*', Resource: '*', Condition: { unknown } }, index, true));
}

function statementsOf(statement: PolicyStatement, index: number, version: PolicyDocument['Version']): Statement[] {
  const invalid = flawOf(statement);
  if (invalid !== undefined) return unknownStatements(`what the statement ${statement.Sid ?? index} means, which ${invalid}`, index);
  if (typeof version !== 'object') return [statementOf(statement, index, version === '2012-10-17')];
  return JSON.stringify(statement).includes('${')
    ? unknownStatements(`${version.unknown}, the version of the policy, which decides whether \${…} is a variable`, index)
    : [statementOf(statement, index, true)];
}

/** IAM takes no policy that has such a statement. */
function flawOf({ Effect, Action, NotAction, Resource, NotResource }: PolicyStatement): string | undefined {
  if (Effect !== 'Allow' && Effect !== 'Deny') return 'has no known effect';
  if ((Action === undefined) === (NotAction === undefined)) return 'needs one of Action and NotAction';
  if ((Resource === undefined) === (NotResource === undefined)) return 'needs one of Resource and NotResource';
  return undefined;
}

function statementOf(statement: PolicyStatement, index: number, version2012: boolean): Statement {
  const { Sid: sid, Effect: effect, Action, NotAction, Principal, NotPrincipal, Condition } = statement;
  const action = actionsOf(listOf(Action ?? NotAction));
  return {
    index,
    sid,
    effect,
    action: NotAction === undefined ? action : name => not(action(name)),
    ...resourcesOf(statement, version2012),
    principal: Principal ?? NotPrincipal,
    naming: (principal, bounded) => {
      if (Principal !== undefined) return namingIn(Principal, principal);
      return NotPrincipal === undefined ? EVERYBODY : { ...EVERYBODY, directly: leftBy(NotPrincipal, principal, { effect, bounded }) };
    },
    conditions: conditionsOf(Condition, version2012),
  };
}

/** Actions have no case. */
function actionsOf(values: readonly PolicyValue[]): (action: string) => Formula {
  const patterns = values.map(value => typeof value === 'object' ? value : patternOf(String(value).toLowerCase()));
  return action => or(...patterns.map(pattern => {
    if (!('unknown' in pattern)) return matches(pattern, action);
    return action.startsWith(pattern.startsWith?.toLowerCase() ?? '') && missing(pattern.unknown);
  }));
}

function resourcesOf({ Resource, NotResource }: PolicyStatement, version2012: boolean): Pick<Statement, 'resource' | 'prefixes' | 'mayBeAbout'> {
  const values: ResourceValue[] = listOf(Resource ?? NotResource).map(value => resourceValue(value, version2012));
  if (NotResource !== undefined) {
    return { resource: request => not(anyResource(values, request)), prefixes: [''], mayBeAbout: () => true };
  }
  return {
    resource: request => anyResource(values, request),
    prefixes: values.map(({ prefix }) => prefix),
    mayBeAbout: resource => values.some(({ shape }) => matches(shape, resource)),
  };
}

/** Whether the statement is about a request, but for whom it names. */
export function applies({ action, resource, conditions }: Statement, name: string, request: Matched): Formula {
  const parts: Formula[] = [resource(request)];
  for (const condition of conditions) {
    if (parts.includes(false)) return false;
    parts.push(condition(request.lookup));
  }
  return parts.includes(false) ? false : and(action(name.toLowerCase()), ...parts);
}
