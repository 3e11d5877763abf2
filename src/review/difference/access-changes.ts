import type { Pair } from './matching';
import type { AccessChange, Side } from './review-difference';
import { AccessEntry, Decided, Operation, OPERATIONS, PrincipalEntry, ReviewDocument, SecretEntry, StatementEntry } from '../document/review-document';
import { pathInWords, secretInWords, statementInWords } from '../document/words';

type Access = Map<string, AccessEntry>;

/** One side of the change, with what is asked of it again and again. */
class Reviewed {
  private readonly access: Access;
  public readonly principals: Map<string, PrincipalEntry>;
  /** By actor, such as a function: the principal it runs as. */
  public readonly actors: Map<string, PrincipalEntry>;
  private readonly steps: Step[] = [];
  private grouped?: Map<string, string[]>;

  constructor(private readonly document: ReviewDocument) {
    this.access = new Map(document.access.map(entry => [keyOf(entry.secret, entry.principal), entry]));
    this.principals = new Map(document.principals.map(principal => [principal.id, principal]));
    this.actors = new Map(document.principals.flatMap(principal => principal.actors.map(actor => [actor, principal] as const)));
  }

  /** Those who can do anything at all with the secret. */
  public principalsOf(secret: SecretEntry | undefined): string[] {
    return secret === undefined ? [] : this.bySecret().get(secret.id) ?? [];
  }

  public side(secret: SecretEntry | undefined, principal: string | undefined, operation: Operation): Side {
    const decided = this.decided(secret, principal, operation);
    return decided === undefined ? DENIED : sideOf(this.document, decided);
  }

  /** The statements of `side`. */
  public way(secret: SecretEntry | undefined, principal: string | undefined, operation: Operation): Step[] {
    return (this.decided(secret, principal, operation)?.path ?? []).map(index => this.steps[index] ??= stepOf(this.document.statements[index]));
  }

  private decided(secret: SecretEntry | undefined, principal: string | undefined, operation: Operation): Decided | undefined {
    return secret && principal !== undefined ? this.access.get(keyOf(secret.id, principal))?.operations[operation] : undefined;
  }

  private bySecret(): Map<string, string[]> {
    if (this.grouped === undefined) {
      this.grouped = new Map();
      for (const { secret, principal } of this.access.values()) {
        const principals = this.grouped.get(secret);
        if (principals === undefined) this.grouped.set(secret, [principal]);
        else principals.push(principal);
      }
    }
    return this.grouped;
  }
}

const DENIED: Side = { decision: 'denied', because: [], through: [], actions: [] };

function sideOf(document: ReviewDocument, decided: Decided): Side {
  const { decision, because, actions = [] } = decided;
  return { decision, because, through: pathInWords(document, decided), actions };
}

/** A statement by its name and number, and by what it says in which policy. */
interface Step {
  readonly words: string;
  readonly content: string;
}

function stepOf(statement: StatementEntry): Step {
  const { kind, policy, json } = statement;
  return { words: statementInWords(statement), content: JSON.stringify([kind, policy, json ?? statement]) };
}

function keyOf(secret: string, principal: string): string {
  return `${secret}\n${principal}`;
}

/** Who gains and who loses what, of every secret that stands on either side. */
export function accessChanges(before: ReviewDocument, after: ReviewDocument, pairs: Pair[]): AccessChange[] {
  const [older, newer] = [new Reviewed(before), new Reviewed(after)];
  const actings = newActings(older, newer);
  return pairs.flatMap(pair => {
    const principals = new Set([...newer.principalsOf(pair.after), ...older.principalsOf(pair.before)]);
    const ofPrincipals = [...principals].flatMap(principal => changes(older, newer, pair, { before: principal, after: principal }));
    const told = (acting: Acting, { operation }: AccessChange) =>
      ofPrincipals.some(change => change.operation === operation && [acting.before, acting.after].includes(change.principal.id));
    return [...ofPrincipals, ...actings.flatMap(acting => changes(older, newer, pair, acting).filter(change => !told(acting, change)))];
  });
}

/** Who acts: the same principal on both sides, or something that runs as another one now, and ran as none when it is new. */
interface Acting {
  readonly actor?: string;
  readonly before?: string;
  readonly after?: string;
}

/** What runs as another principal now, or as one that stood before. Its access changes although no policy does. */
function newActings(older: Reviewed, newer: Reviewed): Acting[] {
  return [...newer.actors].flatMap(([actor, { id }]) => {
    const was = older.actors.get(actor)?.id;
    return was === id || (was === undefined && !older.principals.has(id)) ? [] : [{ actor, before: was, after: id }];
  });
}

function changes(older: Reviewed, newer: Reviewed, { before, after }: Pair, acting: Acting): AccessChange[] {
  const principal = newer.principals.get(acting.after!) ?? older.principals.get(acting.before!)!;
  const secret = after ?? before!;
  return OPERATIONS.flatMap(operation => {
    const sides = { before: older.side(before, acting.before, operation), after: newer.side(after, acting.after, operation) };
    const way = () => sameWay(older.way(before, acting.before, operation), newer.way(after, acting.after, operation));
    const change = changeOf(sides.before, sides.after, way);
    if (change === undefined || (acting.actor !== undefined && change === 'moved')) return [];
    const { id, kind, place, account, actors } = principal;
    return [{
      change,
      operation,
      secret: secretInWords(secret),
      secretPlace: secret.place,
      ofNewSecret: before === undefined,
      principal: { id, kind, place, account, actors },
      ...acting.actor !== undefined && { actor: acting.actor },
      ...sides,
    }];
  });
}

/** What a principal can do for certain, ordered. Half of an access is none. */
const RANK: Record<Exclude<Side['decision'], 'not-decided'>, number> = { 'denied': 0, 'half': 0, 'allowed-if': 1, 'allowed': 2 };

function changeOf(before: Side, after: Side, isSameWay: () => boolean): AccessChange['change'] | undefined {
  if (after.decision === 'not-decided' || before.decision === 'not-decided') {
    if (before.decision === after.decision) return undefined;
    return after.decision === 'not-decided' ? 'no-longer-decided' : 'now-decided';
  }
  const [was, is] = [RANK[before.decision], RANK[after.decision]];
  if (was === 0 && is === 0) return undefined;
  if (was === 0) return 'gained';
  if (is === 0) return 'lost';
  if (is > was) return 'wider';
  if (is < was) return 'narrower';
  return byTerms(before, after) ?? (isSameWay() ? undefined : 'moved');
}

/** The same decision under other terms: a condition or an action more or less. */
function byTerms(before: Side, after: Side): AccessChange['change'] | undefined {
  const moreActions = after.actions.some(action => !before.actions.includes(action));
  const fewerActions = before.actions.some(action => !after.actions.includes(action));
  const fewerTerms = before.because.some(term => !after.because.includes(term));
  const moreTerms = after.because.some(term => !before.because.includes(term));
  const [more, less] = [moreActions || fewerTerms, fewerActions || moreTerms];
  if (more && less) return 'changed';
  if (more) return 'wider';
  return less ? 'narrower' : undefined;
}

/** The same statements: a statement may get another number in its policy, or name further secrets. */
function sameWay(before: Step[], after: Step[]): boolean {
  const isIn = (steps: Step[]) => ({ words, content }: Step) => steps.some(step => step.words === words || step.content === content);
  return before.every(isIn(after)) && after.every(isIn(before));
}

/** Whether it gives somebody something that they could not do for certain before. Terms that changed may be more. */
export function isGain({ change, ofNewSecret }: AccessChange): boolean {
  return !ofNewSecret && ['gained', 'wider', 'changed'].includes(change);
}

export function isLoss({ change }: AccessChange): boolean {
  return ['lost', 'narrower', 'changed'].includes(change);
}
