import { combined, most, Step } from './combined';
import { ACTIONS_OF_ROTATION_FUNCTION, PairRequests } from './pair-requests';
import type { ReviewedPrincipal } from './reviewed-principal';
import type { StatementTable } from './statement-table';
import { unknown } from '../assembly/unknown';
import { AccessEntry, Decided, Operation, OPERATIONS } from '../document/review-document';
import type { ControlPolicy } from '../document/review-options';
import type { Secret } from '../model/model';
import { READ, WRITE } from '../model/operations';
import { pathOf } from '../model/placed';
import { policyOf, Statement } from '../model/policy';
import { candidates } from '../policy/candidates';
import { decide } from '../policy/decide';
import type { CompiledPolicy, PolicySet } from '../policy/types';

/** A secret or a replica under its id in the document. */
export interface ReviewedSecret {
  readonly id: string;
  readonly secret: Secret;
  readonly policy?: CompiledPolicy;
  readonly key: { readonly arn: string; readonly policy: CompiledPolicy };
  /** The ARN of the role of its rotation function. */
  readonly rotator?: string;
}

/** What each operation asks for, in one of these ways. `manage` is any of its actions. */
const WAYS: Record<Exclude<Operation, 'manage'>, readonly (readonly string[])[]> = {
  read: [READ],
  write: [WRITE, ['secretsmanager:UpdateSecret', 'kms:GenerateDataKey', 'kms:Decrypt']],
  rotate: [['secretsmanager:RotateSecret'], ACTIONS_OF_ROTATION_FUNCTION],
};

/** Changes of a secret that are none of its value. */
const MANAGING = [
  'PutResourcePolicy', 'DeleteResourcePolicy', 'DeleteSecret', 'UpdateSecret', 'TagResource', 'UntagResource',
  'ReplicateSecretToRegions', 'RemoveRegionsFromReplication', 'StopReplicationToReplica', 'CancelRotateSecret',
].map(action => `secretsmanager:${action}`);

/** The first action of each way: without it, the way leads nowhere. */
const FIRST = [...new Set([...Object.values(WAYS).flat().map(([action]) => action), ...MANAGING])];

/** The policies of the organization. */
export interface ControlPolicies {
  readonly serviceControl: readonly ControlPolicy[];
  readonly resourceControl: readonly ControlPolicy[];
}

/** Decides who can do what. */
export class Decider {
  private readonly decided = new Map<string, Decided>();
  private readonly levels = new Map<string, readonly (readonly CompiledPolicy[])[]>();

  constructor(private readonly table: StatementTable, private readonly controls: ControlPolicies) {}

  /** Every pair that is not denied, secret by secret. */
  public accessOf(secrets: readonly ReviewedSecret[], principals: readonly ReviewedPrincipal[]): AccessEntry[] {
    const actions = actionsByPair(secrets, principals);
    return [...actions.keys()].sort((a, b) => a - b).flatMap(pair => {
      const secret = secrets[Math.floor(pair / principals.length)];
      const principal = principals[pair % principals.length];
      const operations = this.operations(secret, principal, actions.get(pair)!);
      return Object.keys(operations).length === 0 ? [] : [{ secret: secret.id, principal: principal.id, operations }];
    });
  }

  /** The policies that a request of the principal meets, with the policy of a resource. */
  public policiesOf(principal: ReviewedPrincipal, resource: CompiledPolicy | undefined, ownerAccount: string): PolicySet {
    const { identity, permissionsBoundary, request: { account } } = principal;
    return {
      identity,
      permissionsBoundary,
      resource,
      serviceControl: this.control('serviceControl', account),
      resourceControl: this.control('resourceControl', ownerAccount),
    };
  }

  private operations(secret: ReviewedSecret, principal: ReviewedPrincipal, possible: number): AccessEntry['operations'] {
    const requests = new PairRequests(principal, secret.secret, secret.key.arn);
    const steps = new Map<string, Step>();
    const step = (action: string): Step => {
      const before = steps.get(action);
      if (before !== undefined) return before;
      const request = requests.of(action);
      const resource = action.startsWith('kms:') ? secret.key.policy : secret.policy;
      const made = { action, decision: decide(request, this.policiesOf(principal, resource, request.resourceAccount)) };
      steps.set(action, made);
      return made;
    };
    const way = (actions: readonly string[]) => isPossible(actions[0], possible)
      ? combined(inOrder(actions, step), this.table, principal.provided) : undefined;
    return Object.fromEntries(OPERATIONS.flatMap(operation => {
      const found = operation === 'manage' ? this.managed(way)
        : most(waysOf(operation, secret, principal).map(way));
      return found === undefined ? [] : [[operation, this.once(found)]];
    }));
  }

  /** Any of the actions; they are named. */
  private managed(way: (actions: readonly string[]) => Decided | undefined): Decided | undefined {
    const all = MANAGING.map(action => ({ action, decided: way([action]) }));
    const best = most(all.map(({ decided }) => decided));
    if (best === undefined) return undefined;
    const same = all.filter(({ decided }) => decided?.decision === best.decision);
    return {
      decision: best.decision,
      because: [...new Set(same.flatMap(({ decided }) => decided!.because))],
      path: [...new Set(same.flatMap(({ decided }) => decided!.path))],
      actions: same.map(({ action }) => action.split(':')[1]).sort(),
    };
  }

  /** The same decision is one object, however many pairs it is about. */
  private once(decided: Decided): Decided {
    const key = JSON.stringify(decided);
    const before = this.decided.get(key);
    if (before === undefined) this.decided.set(key, decided);
    return before ?? decided;
  }

  private control(kind: keyof ControlPolicies, account: string | undefined): readonly (readonly CompiledPolicy[])[] {
    const key = `${kind} ${account}`;
    const before = this.levels.get(key);
    if (before !== undefined) return before;
    const given = this.controls[kind].filter(each => each.account === undefined || each.account === account);
    const levels = given.length === 0 ? [] : [this.level(kind, given)];
    this.levels.set(key, levels);
    return levels;
  }

  /** AWS attaches a policy that allows everything, unless somebody takes it away in favor of one that allows less. */
  private level(kind: keyof ControlPolicies, given: readonly ControlPolicy[]): CompiledPolicy[] {
    const compiled = given.map(({ name, document }) => this.table.compile({ name, policy: document }));
    if (kind === 'serviceControl' && given.some(({ document }) => document.Statement.some(({ Effect }) => Effect === 'Allow'))) return compiled;
    const everything = { name: 'FullAWSAccess', policy: policyOf({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }) };
    return [this.table.compile(everything), ...compiled];
  }
}

/** What is asked of the key is asked when Secrets Manager allows: the rest need not be decided. */
function inOrder(actions: readonly string[], step: (action: string) => Step): Step[] {
  const steps: Step[] = [];
  const first = actions.filter(action => !action.startsWith('kms:'));
  for (const action of [...first, ...actions.filter(each => each.startsWith('kms:'))]) {
    const made = step(action);
    steps.push(made);
    if (made.decision.outcome === 'denied' && !action.startsWith('kms:')) break;
  }
  return steps;
}

/** A rotation function rotates the secrets that name it; who else may do what it does reads and writes. */
function waysOf(operation: Exclude<Operation, 'manage'>, { rotator }: ReviewedSecret, { request: { arn } }: ReviewedPrincipal) {
  return operation === 'rotate' && rotator !== arn ? WAYS.rotate.slice(0, 1) : WAYS[operation];
}

/** For each pair for which some statement could allow one of the first actions, which of them, a bit each. */
function actionsByPair(secrets: readonly ReviewedSecret[], principals: readonly ReviewedPrincipal[]): Map<number, number> {
  const found = new Map<number, number>();
  const resources = secrets.map(({ secret: { arn }, policy }) => ({ arn, policy }));
  const who = principals.map(({ request, identity }) => ({ principal: request, identity }));
  FIRST.forEach((action, bit) => {
    for (const { principal, resource } of candidates(action, who, resources)) {
      const pair = resource * principals.length + principal;
      found.set(pair, (found.get(pair) ?? 0) | (1 << bit)); // eslint-disable-line no-bitwise
    }
  });
  return found;
}

function isPossible(action: string, possible: number): boolean {
  return (possible & (1 << FIRST.indexOf(action))) !== 0; // eslint-disable-line no-bitwise
}

/** The key of a secret, or what is not known of it. */
export function keyOf({ key, kmsKeyId, region, account, stack: { partition } }: Secret, table: StatementTable): ReviewedSecret['key'] {
  if (key !== undefined) {
    const name = key.placed === undefined ? `aws/secretsmanager@${key.region} of account ${key.account}` : pathOf(key.placed);
    return { arn: key.arn, policy: table.compile({ name, policy: key.policy, placed: key.placed }) };
  }
  const what = unknown(`the policy of the key ${kmsKeyId}`) as unknown as Statement;
  const arn = /^arn:[^:]+:kms:[^:]+:\d{12}:key\//.test(kmsKeyId ?? '') ? kmsKeyId! : `arn:${partition}:kms:${region}:${account}:key/unknown`;
  return { arn, policy: table.compile({ name: `policy of ${kmsKeyId}`, policy: policyOf(what) }) };
}
