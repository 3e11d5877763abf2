import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { fail } from './errors';

/** A name that a construct of this app has taken. */
interface Claim {
  readonly name: string;
  readonly owner: IConstruct;
  readonly place: Place;
}

/** Where a name is taken: that of the owner's stack, or of a replica. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

interface Register {
  readonly secrets: Map<string, Claim[]>;
  readonly prefixes: Claim[];
}

/** The register hangs on the root of the construct tree: names are unique within an app, not within a process. */
const REGISTER = Symbol.for('cdk-managed-secrets.NameRegister');

/** Fails when another secret of this account and region has that name; warns when it may be the same account and region. */
export function claimSecretName(owner: IConstruct, name: string, place: Place = Stack.of(owner)): void {
  if (Token.isUnresolved(name)) return;
  const { secrets } = registerOf(owner);
  const claims = secrets.get(name) ?? [];
  const claim = { name, owner, place };
  for (const other of claims) {
    const taken = `${JSON.stringify(name)}, which ${other.owner.node.path} has already`;
    if (inSamePlace(claim, other)) {
      const where = place.region === Stack.of(owner).region ? '' : `, in its replica region ${place.region}`;
      fail(owner.node.path, '`purpose` or `deployedName` must give a name that is unique in its account and region, '
        + `got ${taken}${where}; choose another`);
    }
    if (mayBeInSamePlace(claim, other)) {
      Annotations.of(owner).addWarningV2('cdk-managed-secrets:nameMayBeTaken',
        `The name is ${taken} in a stack without \`env\`; if both stacks go to one account and region, the second deployment fails.`);
    }
  }
  secrets.set(name, [...claims, claim]);
}

/** Fails when another namespace of this account and region has that prefix, one above it or one below it. */
export function claimPrefix(owner: IConstruct, prefix: string, place: Place = Stack.of(owner)): void {
  if (Token.isUnresolved(prefix)) return;
  const { prefixes } = registerOf(owner);
  const claim = { name: prefix, owner, place };
  const other = prefixes.find(each => inSamePlace(claim, each) && (each.name.startsWith(prefix) || prefix.startsWith(each.name)));
  if (other) {
    fail(owner.node.path, `\`environment\`, \`service\` and \`hierarchy\` must give a prefix of its own, got ${JSON.stringify(prefix)}, `
      + 'which overlaps with '
      + `${JSON.stringify(other.name)} of ${other.owner.node.path} in the same account and region; share that namespace or rename a level`);
  }
  prefixes.push(claim);
}

function registerOf(construct: IConstruct): Register {
  const root = construct.node.root as IConstruct & { [REGISTER]?: Register };
  return root[REGISTER] ??= { secrets: new Map(), prefixes: [] };
}

function inSamePlace(a: Claim, b: Claim): boolean {
  if (isResolved(a.place)) return a.place.account === b.place.account && a.place.region === b.place.region;
  return Stack.of(a.owner) === Stack.of(b.owner);
}

function mayBeInSamePlace(a: Claim, b: Claim): boolean {
  return !isResolved(a.place) && a.place.account === b.place.account && a.place.region === b.place.region;
}

function isResolved({ account, region }: Place): boolean {
  return !Token.isUnresolved(account) && !Token.isUnresolved(region);
}
