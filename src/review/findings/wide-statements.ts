import { listOf, PolicyDocument, Statement } from '../model/policy';

/** The actions that hand out a value or replace it. `BatchGetSecretValue` and `ListSecrets` hand out none, and know no resource. */
const VALUE_ACTIONS = ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecret'];

/** Conditions that leave few secrets, however wide the resource is. */
const NARROWING_KEYS = /^(aws:ResourceTag\/|secretsmanager:ResourceTag\/|secretsmanager:SecretId$|secretsmanager:resource\/)/i;
const NARROWING_OPERATORS = /^(ForAnyValue:)?(StringEquals|StringLike|ArnEquals|ArnLike|StringEqualsIgnoreCase)$/;

/** The patterns of an identity policy that allow reading or writing more secrets than those below one prefix. What has no value yet is none. */
export function widePatterns({ Statement: statements }: PolicyDocument, levels: number): string[] {
  const wide = statements
    .filter(statement => statement?.Effect === 'Allow' && allowsValues(statement) && !isNarrowed(statement))
    .flatMap(statement => statement.Resource === undefined ? ['everything but a NotResource'] : textsOf(statement.Resource).filter(each => isWide(each, levels)));
  return [...new Set(wide)];
}

function textsOf(values: unknown): string[] {
  return listOf(values).filter(value => typeof value === 'string');
}

function allowsValues({ Action, NotAction }: Statement): boolean {
  return NotAction === undefined
    ? VALUE_ACTIONS.some(action => textsOf(Action).some(pattern => matches(pattern, action)))
    : VALUE_ACTIONS.some(action => listOf<unknown>(NotAction).every(pattern => typeof pattern === 'string' && !matches(pattern, action)));
}

function matches(pattern: string, action: string): boolean {
  const expression = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.');
  return new RegExp(`^${expression}$`, 'i').test(action);
}

function isNarrowed({ Condition = {} }: Statement): boolean {
  return Object.entries(Condition).some(([operator, byKey]) =>
    NARROWING_OPERATORS.test(operator) && Object.keys(byKey).some(key => NARROWING_KEYS.test(key)));
}

/** One secret, or a prefix of as many whole levels as the hierarchy has, is narrow. */
function isWide(resource: string, levels: number): boolean {
  const [, , service = '*', , , type = '*', ...rest] = resource.split(':');
  if (!matches(service, 'secretsmanager') || !matches(type, 'secret')) return false;
  const name = rest.join(':') || '*';
  const fixed = name.replace(/-\?{6}$/, '').split(/[*?]/)[0];
  return fixed !== name.replace(/-\?{6}$/, '') && fixed.split('/').length - 1 < levels;
}
