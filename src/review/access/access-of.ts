import { AlikeArns, AlikePrincipals } from './alike';
import { Combined, combined, most, Step } from './combined';
import { ACTIONS_OF_ROTATION_FUNCTION, PairRequests } from './pair-requests';
import type { ReviewedPrincipal } from './reviewed-principal';
import type { StatementTable } from './statement-table';
import { AccessEntry, Decided, Operation, OPERATIONS } from '../document/review-document';
import type { ControlPolicy } from '../document/review-options';
import type { Secret } from '../model/model';
import { READ, WRITE } from '../model/operations';
import { pathOf } from '../model/placed';
import { PolicyDocument, policyOf, unknownPolicy } from '../model/policy';
import { Candidates } from '../policy/candidates';
import { decide } from '../policy/decide';
import type { CompiledPolicy, DecidingStatement, PolicySet } from '../policy/types';

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

/** What a principal can do with a secret, for all principals and secrets that are alike. */
type Answers = Partial<Record<Operation, Combined>>;

/** Decides who can do what. */
export class Decider {
  private readonly levels = new Map<string, readonly (readonly CompiledPolicy[])[]>();

  constructor(private readonly table: StatementTable, private readonly controls: ControlPolicies) {}

  /** Every pair that is not denied, secret by secret. */
  public accessOf(secrets: readonly ReviewedSecret[], principals: readonly ReviewedPrincipal[]): AccessEntry[] {
    const kinds = this.kindsOf(secrets, principals);
    const shown = principals.map(() => new Map<number, AccessEntry['operations']>());
    return actionsByKind(secrets, kinds).flatMap((possible, index) => {
      const secret = secrets[index];
      const asked = possible.flatMap(({ kind, actions }) => {
        const number = kind.numberOf(secret) * 2 ** FIRST.length + actions;
        const answers = kind.answers(number, () => this.answers(secret, kind.first, actions));
        return Object.keys(answers).length === 0 ? [] : kind.members.map(member => ({ member, number, answers, kind }));
      });
      return asked.sort((a, b) => a.member - b.member).map(({ member, number, answers, kind }): AccessEntry => {
        const operations = shown[member].get(number) ?? this.shown(answers, kind.first, principals[member]);
        shown[member].set(number, operations);
        return { secret: secret.id, principal: principals[member].id, operations };
      });
    });
  }

  private kindsOf(secrets: readonly ReviewedSecret[], principals: readonly ReviewedPrincipal[]): PrincipalKind[] {
    const controls = [...this.controls.serviceControl, ...this.controls.resourceControl].map(({ document }) => document);
    const ofResources = new Set(secrets.flatMap(({ secret: { resourcePolicy, key } }) => [resourcePolicy, key?.policy]));
    const alike = new AlikePrincipals([...ofResources, ...controls].filter(each => each !== undefined));
    const kinds = new Map<string, PrincipalKind>();
    principals.forEach((principal, index) => {
      const key = alike.keyOf(principal);
      const kind = kinds.get(key) ?? new PrincipalKind(principal, controls);
      kind.members.push(index);
      kinds.set(key, kind);
    });
    return [...kinds.values()];
  }

  /** The answers for one principal as those of another one that is alike: the policies are its own. */
  private shown(answers: Answers, first: ReviewedPrincipal, principal: ReviewedPrincipal): AccessEntry['operations'] {
    const names = new Map(policiesOfIdentity(first).map((policy, index) => [policy.name, policiesOfIdentity(principal)[index].name]));
    const isOwn = ({ kind }: DecidingStatement) => kind === 'identity policy' || kind === 'permissions boundary';
    return Object.fromEntries(Object.entries(answers).map(([operation, { statements, ...others }]): [string, Decided] => {
      const own = statements.map(each => isOwn(each) ? { ...each, policy: names.get(each.policy) ?? each.policy } : each);
      return [operation, { ...others, path: [...new Set(own.map(each => this.table.indexOf(each)))] }];
    }));
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

  private answers(secret: ReviewedSecret, principal: ReviewedPrincipal, possible: number): Answers {
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
    const way = (actions: readonly string[]) => isPossible(actions[0], possible) ? combined(inOrder(actions, step), principal.provided) : undefined;
    return Object.fromEntries(OPERATIONS.flatMap(operation => {
      const found = operation === 'manage' ? managed(way) : most(waysOf(operation, secret, principal).map(way));
      return found === undefined ? [] : [[operation, found]];
    }));
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
    const compiled = given.map(({ name, document }) => this.table.compileApart({ name, policy: document }));
    if (kind === 'serviceControl' && given.some(({ document }) => document.Statement.some(({ Effect }) => Effect === 'Allow'))) return compiled;
    return [this.table.compileApart(EVERYTHING), ...compiled];
  }
}

const EVERYTHING = { name: 'FullAWSAccess', policy: policyOf({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }) };

/** Principals that are alike, of which the first is asked for all. */
class PrincipalKind {
  private readonly found = new Map<number, Answers>();
  private readonly numbers = new Map<ReviewedSecret, number>();
  private readonly keys = new Map<string, number>();
  private readonly arns = new Map<string, AlikeArns>();
  /** How many secrets it is asked about: where that is one, there are none to tell apart. */
  public asked = 0;
  /** Places in the list of principals. */
  public readonly members: number[] = [];

  constructor(public readonly first: ReviewedPrincipal, private readonly controls: readonly PolicyDocument[]) {}

  public answers(key: number, find: () => Answers): Answers {
    const before = this.found.get(key);
    const found = before ?? find();
    if (before === undefined) this.found.set(key, found);
    return found;
  }

  /** Secrets with the same number are the same to the policies that requests of these principals meet. */
  public numberOf(secret: ReviewedSecret): number {
    if (this.asked === 1) return 0;
    const before = this.numbers.get(secret);
    if (before !== undefined) return before;
    const place = placeKeyOf(secret, this.first);
    const key = `${place} ${this.arnsIn(place, secret).keyOf(secret.secret.arn)}`;
    const number = this.keys.get(key) ?? this.keys.size;
    this.keys.set(key, number);
    this.numbers.set(secret, number);
    return number;
  }

  private arnsIn(place: string, { secret: { key, resourcePolicy } }: ReviewedSecret): AlikeArns {
    const before = this.arns.get(place);
    const { role } = this.first;
    const own = role?.identityPolicies.map(({ policy }) => policy) ?? [];
    const made = before ?? new AlikeArns([...own, role?.permissionsBoundary?.policy, key?.policy, resourcePolicy, ...this.controls]);
    this.arns.set(place, made);
    return made;
  }
}

/** What requests about a secret have besides its ARN. */
function placeKeyOf({ secret, key, policy, rotator }: ReviewedSecret, { request }: ReviewedPrincipal): string {
  const { account, region, tags, rotationSchedules: [schedule] } = secret;
  return JSON.stringify([account, region, tags, key.arn, key.policy.name, policy?.name, schedule?.functionArn, rotator === request.arn]);
}

function policiesOfIdentity({ identity, permissionsBoundary }: ReviewedPrincipal): CompiledPolicy[] {
  return [...identity, ...permissionsBoundary === undefined ? [] : [permissionsBoundary]];
}

/** Any of the actions that manage; they are named. */
function managed(way: (actions: readonly string[]) => Combined | undefined): Combined | undefined {
  const all = MANAGING.map(action => ({ action, decided: way([action]) }));
  const best = most(all.map(({ decided }) => decided));
  if (best === undefined) return undefined;
  const same = all.filter(({ decided }) => decided?.decision === best.decision);
  return {
    decision: best.decision,
    because: [...new Set(same.flatMap(({ decided }) => decided!.because))],
    statements: same.flatMap(({ decided }) => decided!.statements),
    actions: same.map(({ action }) => action.split(':')[1]).sort(),
  };
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

/** For each secret, the kinds for which some statement could allow one of the first actions, and which of them, a bit each. */
function actionsByKind(secrets: readonly ReviewedSecret[], kinds: readonly PrincipalKind[]): { kind: PrincipalKind; actions: number }[][] {
  const found = secrets.map(() => new Map<number, number>());
  const resources = secrets.map(({ secret: { arn }, policy }) => ({ arn, policy }));
  const pairs = new Candidates(kinds.map(({ first: { request, identity } }) => ({ principal: request, identity })), resources);
  FIRST.forEach((action, bit) => {
    for (const { principal, resource } of pairs.of(action)) {
      found[resource].set(principal, (found[resource].get(principal) ?? 0) | (1 << bit)); // eslint-disable-line no-bitwise
    }
  });
  for (const actions of found) for (const kind of actions.keys()) kinds[kind].asked++;
  return found.map(actions => [...actions].map(([kind, bits]) => ({ kind: kinds[kind], actions: bits })));
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
  const arn = /^arn:[^:]+:kms:[^:]+:\d{12}:key\//.test(kmsKeyId ?? '') ? kmsKeyId! : `arn:${partition}:kms:${region}:${account}:key/unknown`;
  return { arn, policy: table.compile({ name: `policy of ${kmsKeyId}`, policy: unknownPolicy(`the policy of the key ${kmsKeyId}`) }) };
}
