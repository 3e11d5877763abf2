import { Stack } from 'aws-cdk-lib';
import { fail } from '../../private/errors';

const SUPPORT = Symbol.for('cdk-managed-secrets.SupportStack');

/**
 * The stack beside this one, in the same stage, that holds keys of a region. All namespaces of a stack share it.
 *
 * Its id is `<stack>-keys-<region>`; both id and name stay the same when namespaces come and go.
 */
export function supportStack(stack: Stack, region: string): Stack {
  const { account, node: { scope, id }, nestedStackParent, stackName, terminationProtection } = stack;
  if (nestedStackParent) return supportStack(nestedStackParent, region);
  const supportId = `${id}-keys-${region}`;
  const known = scope!.node.tryFindChild(supportId);
  if (known && !(SUPPORT in known)) {
    fail(known.node.path, `this id must be left to the stack of the keys in ${region}, which ${stack.node.path} needs; rename this construct`);
  }
  if (known) return known as unknown as Stack;
  const support = new Stack(scope!, supportId, {
    env: { account, region },
    stackName: `${stackName}-keys-${region}`,
    description: `Keys in ${region} of the secrets of ${stackName}`,
    terminationProtection,
  });
  Object.defineProperty(support, SUPPORT, { value: true });
  return support;
}
