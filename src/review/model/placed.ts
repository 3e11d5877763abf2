import type { ResolvedStack, Resource } from '../assembly/resolved-stack';

/** Something of a template, and where it is. */
export interface Placed {
  readonly stack: ResolvedStack;
  readonly logicalId: string;
  readonly resource: Resource;
}

export function resourcesOfType(stacks: ResolvedStack[], ...types: string[]): Placed[] {
  return stacks.flatMap(stack => {
    const byType = resourcesByType(stack);
    if (types.length === 1) return byType.get(types[0]) ?? [];
    return types.flatMap(type => byType.get(type) ?? []).sort((a, b) => a.place - b.place);
  });
}

interface Counted extends Placed {
  /** Its place in the template. */
  readonly place: number;
}

const BY_TYPE = new WeakMap<ResolvedStack, Map<string, Counted[]>>();

/** Made once, for each rule asks for a type or two. */
function resourcesByType(stack: ResolvedStack): Map<string, Counted[]> {
  const before = BY_TYPE.get(stack);
  if (before !== undefined) return before;
  const byType = new Map<string, Counted[]>();
  Object.entries(stack.template.Resources).forEach(([logicalId, resource], place) => {
    const same = byType.get(resource.Type);
    if (same === undefined) byType.set(resource.Type, [{ stack, logicalId, resource, place }]);
    else same.push({ stack, logicalId, resource, place });
  });
  BY_TYPE.set(stack, byType);
  return byType;
}

export function pathOf({ stack, logicalId }: Pick<Placed, 'stack' | 'logicalId'>): string {
  return stack.constructPaths[logicalId] ?? `${stack.path}/${logicalId}`;
}
