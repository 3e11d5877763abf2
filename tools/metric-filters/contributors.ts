import { matchesFilter } from './json-filter';

/** A rule of Contributor Insights over logs, so far as ours go. */
interface InsightRule {
  readonly Contribution: {
    readonly Keys: string[];
    readonly Filters: { readonly Match: string; readonly In?: string[]; readonly StartsWith?: string[] }[];
  };
}

/** How many records each contributor has that match every filter of the rule. A record without one of the keys counts for nobody. */
export function contributors(rule: InsightRule, records: unknown[]): Map<string, number> {
  const { Keys: [key], Filters: filters } = rule.Contribution;
  const counts = new Map<string, number>();
  for (const record of records) {
    const isCounted = filters.every(({ Match: path, In: values = [], StartsWith: beginnings = [] }) =>
      [...values, ...beginnings.map(each => `${each}*`)].some(value => matchesFilter(`{ ${path} = "${value}" }`, record)));
    const contributor = field(record, key);
    if (isCounted && contributor !== undefined) counts.set(contributor, (counts.get(contributor) ?? 0) + 1);
  }
  return counts;
}

function field(record: unknown, path: string): string | undefined {
  return path.split('.').slice(1).reduce<any>((value, name) => value?.[name], record);
}
