import type { Template } from '../assembly/resolved-stack';

/** Stands where the template has a reference, whose value is not in the template. Digits are JSON within quotes and without. */
const REFERENCE = '8141592653589793';

/** Fields of the documented structure of a database secret that are no secret. */
const PUBLIC_FIELDS = ['engine', 'host', 'port', 'username', 'dbname', 'dbInstanceIdentifier', 'dbClusterIdentifier', 'masterarn'];

/**
 * Where a `SecretString` holds a value that anyone reads in the template: names of JSON fields, or the whole value. Never the value.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
 */
export function plaintextIn(secretString: unknown, template: Template): string[] {
  if (secretString === undefined) return [];
  const text = withoutDynamicReferences(literalText(secretString, template));
  const fields = asJsonObject(text);
  if (fields === undefined) return isLiteral(text) ? ['the whole value'] : [];
  return Object.entries(fields)
    .filter(([name, value]) => !PUBLIC_FIELDS.includes(name) && isLiteral(typeof value === 'string' ? value : JSON.stringify(value)))
    .map(([name]) => `the field ${name}`);
}

/** The text with each reference replaced. A parameter with a default has its value in the template. */
function literalText(raw: any, template: Template): string {
  if (typeof raw !== 'object') return String(raw);
  if ('Fn::Join' in raw) {
    const [delimiter, parts] = raw['Fn::Join'];
    return Array.isArray(parts) ? parts.map(part => literalText(part, template)).join(delimiter) : REFERENCE;
  }
  if ('Fn::Sub' in raw) {
    const [body, variables = {}] = [raw['Fn::Sub']].flat();
    return body.replace(/\$\{([^!}][^}]*)\}/g, (_: string, name: string) => name in variables ? literalText(variables[name], template) : REFERENCE);
  }
  const parameter = template.Parameters?.[raw.Ref];
  return parameter?.Default === undefined || parameter.Type.startsWith('AWS::SSM') ? REFERENCE : String(parameter.Default);
}

function withoutDynamicReferences(text: string): string {
  return text.replace(/\{\{resolve:.*?\}\}/gs, REFERENCE);
}

function asJsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const parsed = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Text around a reference is taken for a name, as in a host name, unless it is the password of a connection string. */
function isLiteral(text: string): boolean {
  const password = /:\/\/[^/@:]*:([^/@]+)@/.exec(text)?.[1] ?? text;
  return password !== '' && !password.includes(REFERENCE);
}
