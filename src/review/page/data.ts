import type { ReviewDifference } from '../difference/review-difference';
import type { AccessEntry, Decided, Operation, Place, ReviewDocument, SecretEntry } from '../document/review-document';
import { decisionInWords, principalInWords, rotatorInWords, secretInWords, statementInWords, userInWords } from '../document/words';

/** What the script of the page works with. A decision that several pairs share stands in it once. */
export interface PageData {
  readonly secrets: {
    readonly name: string;
    readonly id: string;
    readonly account: string;
    readonly facts: string[];
    readonly guardRails: string[];
    readonly findings: string[];
    /** Place in `principals`, place in `decisions`, and 1 where the change touched it: three numbers a principal. */
    readonly access: number[];
  }[];
  readonly principals: { readonly name: string; readonly account?: string; readonly actors: string[] }[];
  readonly decisions: { readonly operation: Operation; readonly decision: Decided['decision']; readonly words: string; readonly path: number[] }[][];
  readonly statements: { readonly words: string; readonly where: string; readonly json: unknown }[];
  /** Whether there is an older review that the changes are against. */
  readonly compared: boolean;
}

export function dataOf(document: ReviewDocument, difference?: ReviewDifference): PageData {
  const access = new AccessNumbers(document, difference);
  return {
    secrets: document.secrets.map(secret => ({
      name: secretInWords(secret),
      id: secret.id,
      account: secret.account,
      facts: factsOf(document, secret),
      guardRails: secret.guardRails.map(({ words }) => words),
      findings: document.findings.filter(({ place }) => place.path === secret.place.path).map(({ message }) => message),
      access: access.of(secret),
    })),
    principals: document.principals.map(principal => ({ name: principalInWords(principal), account: principal.account, actors: principal.actors })),
    decisions: access.decisions,
    statements: document.statements.map(statement => ({ words: statementInWords(statement), where: whereOf(statement.place), json: statement.json })),
    compared: difference !== undefined,
  };
}

/** The access of all secrets in numbers, so that a million pairs fit into a page. */
class AccessNumbers {
  public readonly decisions: PageData['decisions'] = [];
  private readonly places = new Map<string, number>();
  private readonly bySecret = new Map<string, number[]>();

  constructor(document: ReviewDocument, difference?: ReviewDifference) {
    const principalAt = new Map(document.principals.map(({ id }, index) => [id, index]));
    // Two accounts may have secrets of one name.
    const keys = new Map(document.secrets.map(secret => [secret.id, [secret.place.path, secretInWords(secret)].join('\n')]));
    const changed = new Set((difference?.access ?? []).map(({ secret, secretPlace, principal }) => [secretPlace.path, secret, principal.id].join('\n')));
    document.secrets.forEach(({ id }) => this.bySecret.set(id, []));
    for (const { secret, principal, operations } of document.access) {
      this.bySecret.get(secret)!.push(principalAt.get(principal)!, this.placeOf(operations), changed.has(`${keys.get(secret)}\n${principal}`) ? 1 : 0);
    }
  }

  public of({ id }: SecretEntry): number[] {
    return this.bySecret.get(id)!;
  }

  private placeOf(operations: AccessEntry['operations']): number {
    const key = JSON.stringify(operations);
    const known = this.places.get(key);
    if (known !== undefined) return known;
    this.places.set(key, this.decisions.length);
    return this.decisions.push(decidedOf(operations).map(([operation, decided]) =>
      ({ operation, decision: decided.decision, words: decisionInWords(operation, decided), path: decided.path }))) - 1;
  }
}

/** The operations that are there. */
export function decidedOf(operations: AccessEntry['operations']): [Operation, Decided][] {
  return Object.entries(operations) as [Operation, Decided][];
}

/** Where something stands, with the file and the line of the app where the assembly knows them. */
export function whereOf(place: Place | undefined): string {
  if (place === undefined) return '';
  return place.source === undefined ? place.path : `${place.path}, ${place.source.file}:${place.source.line}`;
}

/** What there is to know of a secret beside who can use it, in sentences. */
export function factsOf({ keys }: ReviewDocument, secret: SecretEntry): string[] {
  const key = keys.find(({ id }) => id === secret.key);
  return [
    `Place: ${whereOf(secret.place)}`,
    `Key: ${key === undefined ? secret.kmsKeyId ?? 'not known' : key.awsManaged ? 'aws/secretsmanager, managed by AWS' : key.aliases[0] ?? key.id}`,
    `When its stack is deleted: ${secret.deletionPolicy}`,
    ...rotationOf(secret),
  ];
}

/** A replica has the value of its primary, and no rotation of its own; what is not rotated cannot fail to be. */
function rotationOf({ rotation, replicaOf, watchedBy }: SecretEntry): string[] {
  if (rotation === undefined) return replicaOf === undefined ? ['Not rotated'] : [];
  return [
    `Rotated: ${rotation.schedule ?? 'no schedule'}, by ${rotatorInWords(rotation.rotator)}`,
    ...rotation.userMadeBy === undefined ? [] : [`Database user: ${userInWords(rotation.userMadeBy)}`],
    `Watched by: ${watchedBy.join(', ') || 'nobody'}`,
  ];
}
