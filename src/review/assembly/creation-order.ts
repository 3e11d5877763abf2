import type { Template } from './resolved-stack';

/**
 * The logical ids of what CloudFormation creates before a resource: what its properties and `DependsOn` name, and what those need
 * themselves. The resource itself is not among them.
 */
export function neededFirst(template: Template, logicalId: string): Set<string> {
  const found = new Set<string>();
  const visit = (id: string) => {
    for (const needed of namedBy(template, id)) {
      if (found.has(needed)) continue;
      found.add(needed);
      visit(needed);
    }
  };
  visit(logicalId);
  return found;
}

function namedBy(template: Template, logicalId: string): string[] {
  const { DependsOn = [], Properties } = template.Resources[logicalId];
  return [DependsOn, references(Properties)].flat().filter(name => name in template.Resources);
}

/** The names that intrinsics refer to; those of parameters and pseudo parameters are among them. */
function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(references);
  return Object.entries(value).flatMap(([key, argument]) => [...namesIn(key, argument), ...references(argument)]);
}

function namesIn(intrinsic: string, argument: any): string[] {
  switch (intrinsic) {
    case 'Ref': return [argument];
    case 'Fn::GetAtt': return [Array.isArray(argument) ? argument[0] : String(argument).split('.')[0]];
    case 'Fn::Sub': return [...String([argument].flat()[0]).matchAll(/\$\{([^!.}][^.}]*)/g)].map(([, name]) => name);
    default: return [];
  }
}
