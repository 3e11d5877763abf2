import schema from './embedded-metric-format.schema.json';

interface Schema {
  readonly type?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly $comment?: string;
}

const KNOWN = ['type', 'required', 'properties', 'items', 'minItems', 'maxItems', 'minLength', 'maxLength', 'pattern', '$comment'];

/** What is wrong with a line as a document of CloudWatch's embedded metric format: by AWS's schema, and by what its specification says of targets. */
export function flawsOf(document: Record<string, any>): string[] {
  const flaws = flawsBy(schema, document, '');
  return flaws.length > 0 ? flaws : document._aws.CloudWatchMetrics.flatMap((directive: Record<string, any>) => [
    ...directive.Dimensions.flat().filter((name: string) => typeof document[name] !== 'string').map((name: string) => `${name} is no dimension`),
    ...directive.Metrics.filter(({ Name }: { Name: string }) => typeof document[Name] !== 'number').map(({ Name }: { Name: string }) => `${Name} is no number`),
    ...(directive.Metrics.length > 100 ? ['more than 100 metrics'] : []),
  ]);
}

function flawsBy(rule: Schema, value: any, at: string): string[] {
  const unknown = Object.keys(rule).filter(key => !KNOWN.includes(key));
  if (unknown.length > 0) throw new Error(`the check does not know ${unknown.join(', ')} at ${at}`);
  if (rule.type !== undefined && rule.type !== typeOf(value) && !(rule.type === 'number' && typeOf(value) === 'integer')) return [`${at} is no ${rule.type}`];
  const size = (text: string, count: number, min = 0, max = Infinity) => (count < min || count > max ? [`${at} has ${count} ${text}`] : []);
  if (typeof value === 'string') {
    return [...size('characters', value.length, rule.minLength, rule.maxLength), ...(rule.pattern && !new RegExp(rule.pattern).test(value) ? [`${at} does not match`] : [])];
  }
  if (Array.isArray(value)) {
    return [...size('items', value.length, rule.minItems, rule.maxItems), ...value.flatMap((item, index) => (rule.items ? flawsBy(rule.items, item, `${at}/${index}`) : []))];
  }
  return [
    ...(rule.required ?? []).filter(name => !(name in value)).map(name => `${at} lacks ${name}`),
    ...Object.entries(rule.properties ?? {}).flatMap(([name, part]) => (name in value ? flawsBy(part, value[name], `${at}/${name}`) : [])),
  ];
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
