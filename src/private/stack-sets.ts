import type { Stack } from 'aws-cdk-lib';

/**
 * Whether the template is that of a StackSet: by the name of the class, because `cdk-stacksets` is no dependency of ours, and may be there
 * twice.
 */
export function isOfStackSet(stack: Stack): boolean {
  return classesOf(stack).includes('StackSetStack');
}

function classesOf(value: object): string[] {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null ? [] : [prototype.constructor.name, ...classesOf(prototype)];
}
