import type { ResolvedStack, Resource } from '../assembly/resolved-stack';

/** Something of a template, and where it is. */
export interface Placed {
  readonly stack: ResolvedStack;
  readonly logicalId: string;
  readonly resource: Resource;
}

export function resourcesOfType(stacks: ResolvedStack[], ...types: string[]): Placed[] {
  return stacks.flatMap(stack => Object.entries(stack.template.Resources)
    .filter(([, { Type }]) => types.includes(Type))
    .map(([logicalId, resource]) => ({ stack, logicalId, resource })));
}

export function pathOf({ stack, logicalId }: Pick<Placed, 'stack' | 'logicalId'>): string {
  return stack.constructPaths[logicalId] ?? `${stack.path}/${logicalId}`;
}
