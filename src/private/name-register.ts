import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { fail } from './errors';

/** A name that a construct of this app has taken. */
interface Claim {
  readonly name: string;
  /** The construct, or the one that is about to be created. */
  readonly path: string;
  readonly stack: Stack;
  readonly place: Place;
}

/** Where a name is taken: that of the stack, or of a replica. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

interface Register {
  readonly secrets: Map<string, Claim[]>;
  readonly prefixes: Claim[];
}

/**
 * The register hangs on the root of the construct tree: names are unique within an app, not within a process. Two copies of this package in
 * one app share it.
 */
const REGISTER = Symbol.for('cdk-managed-secrets.NameRegister');

/** Fails when another secret of this account and region has that name. */
export function requireFreeSecretName(path: string, stack: Stack, name: string, place: Place): void {
  const taken = claimsOf(stack, name).find(each => inSamePlace({ name, path, stack, place }, each));
  if (taken === undefined) return;
  const where = place.region === stack.region ? '' : `, in its replica region ${place.region}`;
  fail(path, '`purpose` or `deployedName` must give a name that is unique in its account and region, '
    + `got ${JSON.stringify(name)}, which ${taken.path} has already${where}; choose another`);
}

/** Takes the name; warns when another secret has it in what may be the same account and region. */
export function claimSecretName(owner: IConstruct, name: string, place: Place): void {
  if (Token.isUnresolved(name)) return;
  const { secrets } = registerOf(owner);
  const claims = secrets.get(name) ?? [];
  const claim = { name, path: owner.node.path, stack: Stack.of(owner), place };
  for (const other of claims.filter(each => mayBeInSamePlace(claim, each))) {
    Annotations.of(owner).addWarningV2('cdk-managed-secrets:nameMayBeTaken',
      `The name is ${JSON.stringify(name)}, which ${other.path} has already in a stack without \`env\`; if both stacks go to one account `
        + 'and region, the second deployment fails.');
  }
  secrets.set(name, [...claims, claim]);
}

/** Fails when another namespace of this account and region has that prefix, one above it or one below it. */
export function requireFreePrefix(path: string, stack: Stack, prefix: string, place: Place): void {
  if (Token.isUnresolved(prefix)) return;
  const other = registerOf(stack).prefixes.find(each =>
    inSamePlace({ name: prefix, path, stack, place }, each) && (each.name.startsWith(prefix) || prefix.startsWith(each.name)));
  if (other === undefined) return;
  fail(path, `\`environment\`, \`service\` and \`hierarchy\` must give a prefix of its own, got ${JSON.stringify(prefix)}, `
    + `which overlaps with ${JSON.stringify(other.name)} of ${other.path} in the same account and region; share that namespace or `
    + 'rename a level');
}

export function claimPrefix(owner: IConstruct, prefix: string, place: Place): void {
  if (!Token.isUnresolved(prefix)) registerOf(owner).prefixes.push({ name: prefix, path: owner.node.path, stack: Stack.of(owner), place });
}

function claimsOf(construct: IConstruct, name: string): Claim[] {
  return registerOf(construct).secrets.get(name) ?? [];
}

function registerOf(construct: IConstruct): Register {
  const root = construct.node.root as IConstruct & { [REGISTER]?: Register };
  return root[REGISTER] ??= { secrets: new Map(), prefixes: [] };
}

function inSamePlace(a: Claim, b: Claim): boolean {
  if (isResolved(a.place)) return a.place.account === b.place.account && a.place.region === b.place.region;
  return a.stack === b.stack;
}

function mayBeInSamePlace(a: Claim, b: Claim): boolean {
  return !isResolved(a.place) && a.place.account === b.place.account && a.place.region === b.place.region;
}

function isResolved({ account, region }: Place): boolean {
  return !Token.isUnresolved(account) && !Token.isUnresolved(region);
}
