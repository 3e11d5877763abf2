import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { fail } from './errors';

/** A name that a construct of this app has taken. */
interface Claim {
  readonly name: string;
  readonly owner: IConstruct;
}

interface Register {
  readonly secrets: Map<string, Claim[]>;
  readonly prefixes: Claim[];
}

/** The register hangs on the root of the construct tree: names are unique within an app, not within a process. */
const REGISTER = Symbol.for('cdk-managed-secrets.NameRegister');

/** Fails when another secret of this account and region has that name; warns when it may be the same account and region. */
export function claimSecretName(owner: IConstruct, name: string): void {
  if (Token.isUnresolved(name)) return;
  const { secrets } = registerOf(owner);
  const claims = secrets.get(name) ?? [];
  for (const other of claims) {
    const taken = `${JSON.stringify(name)}, which ${other.owner.node.path} has already`;
    if (inSamePlace(owner, other.owner)) {
      fail(owner.node.path, `\`purpose\` or \`secretName\` must give a name that is unique in its account and region, got ${taken}; choose another`);
    }
    if (mayBeInSamePlace(owner, other.owner)) {
      Annotations.of(owner).addWarningV2('cdk-managed-secrets:nameMayBeTaken',
        `The name is ${taken} in a stack without \`env\`; if both stacks go to one account and region, the second deployment fails.`);
    }
  }
  secrets.set(name, [...claims, { name, owner }]);
}

/** Fails when another namespace of this account and region has that prefix, one above it or one below it. */
export function claimPrefix(owner: IConstruct, prefix: string): void {
  if (Token.isUnresolved(prefix)) return;
  const { prefixes } = registerOf(owner);
  const other = prefixes.find(each => inSamePlace(owner, each.owner) && (each.name.startsWith(prefix) || prefix.startsWith(each.name)));
  if (other) {
    fail(owner.node.path, `\`environment\`, \`service\` and \`hierarchy\` must give a prefix of its own, got ${JSON.stringify(prefix)}, which overlaps with `
      + `${JSON.stringify(other.name)} of ${other.owner.node.path} in the same account and region; share that namespace or rename a level`);
  }
  prefixes.push({ name: prefix, owner });
}

function registerOf(construct: IConstruct): Register {
  const root = construct.node.root as IConstruct & { [REGISTER]?: Register };
  return root[REGISTER] ??= { secrets: new Map(), prefixes: [] };
}

function inSamePlace(a: IConstruct, b: IConstruct): boolean {
  const [one, two] = [Stack.of(a), Stack.of(b)];
  return one === two || (isResolved(one) && one.account === two.account && one.region === two.region);
}

function mayBeInSamePlace(a: IConstruct, b: IConstruct): boolean {
  const [one, two] = [Stack.of(a), Stack.of(b)];
  return !isResolved(one) && one.account === two.account && one.region === two.region;
}

function isResolved(stack: Stack): boolean {
  return !Token.isUnresolved(stack.account) && !Token.isUnresolved(stack.region);
}
