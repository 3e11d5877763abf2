import type { Stack } from 'aws-cdk-lib';

/** Newer versions of aws-cdk-lib have renamed `addDependency`, which is deprecated there. */
interface Renamed {
  readonly addStackDependency?: Stack['addDependency'];
}

/** Deploys a stack after another one of the same stage. */
export function deployStackAfter(stack: Stack, other: Stack, reason?: string): void {
  const { addStackDependency } = stack as Renamed;
  if (addStackDependency) addStackDependency.call(stack, other, reason);
  else stack.addDependency(other, reason);
}

/** Whether a stack is deployed after another, as far as is declared until now. */
export function dependsOn(stack: Stack, other: Stack): boolean {
  return stack === other || stack.dependencies.some(each => dependsOn(each, other));
}
