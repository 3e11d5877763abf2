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

/** Whether a stack, or the one in which it is nested, is deployed after another, as far as is declared until now. */
export function dependsOn(stack: Stack, other: Stack): boolean {
  const [after, before] = [outermost(stack), outermost(other)];
  return after === before || after.dependencies.some(each => dependsOn(each, before));
}

/** As `dependsOn`, of two stacks that CloudFormation deploys one after the other. */
export function waitsFor(stack: Stack, other: Stack): boolean {
  return outermost(stack) !== outermost(other) && dependsOn(stack, other);
}

function outermost(stack: Stack): Stack {
  return stack.nestedStackParent ? outermost(stack.nestedStackParent) : stack;
}
