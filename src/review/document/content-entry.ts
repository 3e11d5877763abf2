import type { ContentEntry } from './review-document';
import type { Secret } from '../model/model';

/** Fields of a database secret that are no secret, and so can be shown. */
const PUBLIC_FIELDS = ['engine', 'host', 'port', 'username', 'dbname', 'dbInstanceIdentifier', 'dbClusterIdentifier', 'masterarn'];

/** Where the value comes from, and what would make CloudFormation set it again. Neither value nor hash is in it. */
export function contentOf({ stack, logicalId }: Secret): ContentEntry {
  const { Properties = {} } = stack.source.Resources[logicalId];
  const { GenerateSecretString: generated, SecretString: given } = Properties;
  if (generated !== undefined) return { kind: 'generated', recipe: generationOf(generated) };
  if (given === undefined) return { kind: 'empty', recipe: '' };
  if (typeof given === 'string') {
    return /\{\{resolve:/.test(given) ? { kind: 'reference', recipe: referencesIn(given) } : { kind: 'literal', recipe: `fields: ${fieldsOf(given).join(', ')}` };
  }
  const parameter = typeof given?.Ref === 'string' && given.Ref in (stack.source.Parameters ?? {});
  return parameter ? { kind: 'parameter', recipe: given.Ref } : { kind: typeof given === 'object' ? 'reference' : 'unknown', recipe: referencesIn(given) };
}

/** The properties of the generation in order; of its template, what is no secret, and the names of the other fields. */
function generationOf({ SecretStringTemplate: template, ...others }: Record<string, unknown>): string {
  const own = typeof template === 'string' ? ` template=${fieldsOf(template).join(',')}` : template === undefined ? '' : ` template=${referencesIn(template)}`;
  return Object.entries(others).sort(([a], [b]) => a < b ? -1 : 1).map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(' ') + own;
}

function fieldsOf(text: string): string[] {
  try {
    const parsed = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) {
      return Object.entries(parsed).map(([name, value]) => PUBLIC_FIELDS.includes(name) ? `${name}=${JSON.stringify(value)}` : name).sort();
    }
  } catch { /* a text */ }
  return ['the whole value'];
}

/** The things of templates that a value is made of. */
function referencesIn(value: unknown): string {
  const text = JSON.stringify(value);
  const found = [
    ...[...text.matchAll(/\{\{resolve:[^}]*/g)].map(([reference]) => reference.slice(2)),
    ...[...text.matchAll(/"(Ref|Fn::GetAtt|Fn::ImportValue)":("[^"]*"|\[[^\]]*\])/g)].map(([, name, argument]) => `${name} ${argument}`),
    ...[...text.matchAll(/\$\{([^!}]+)\}/g)].map(([, name]) => name),
  ];
  return [...new Set(found)].sort().join(', ');
}
