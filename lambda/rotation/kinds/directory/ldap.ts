import type { TLSSocket } from 'tls';
import { BER, BerElement, element, elementsIn, noLdap, numberIn, small, take, textIn } from './ber';
import { RotationError } from '../../engine/errors';
import { Answers, TlsServer, unreachable } from '../tls-connection';

/** How a request ended. The text of the server may quote anything: only its codes are taken from it. */
export interface LdapResult {
  readonly code: number;
  readonly diagnostic: string;
}

export interface LdapEntry {
  readonly dn: string;
  /** By names in lower case. */
  readonly attributes: ReadonlyMap<string, readonly Buffer[]>;
}

export interface LdapSearch {
  /** A distinguished name; that of the directory itself is empty. */
  readonly base: string;
  readonly scope: 'base' | 'subtree';
  /** What the entries must have. A value is sent as it is, and can be no filter. @default - all entries */
  readonly where?: { readonly attribute: string; readonly value: string };
  readonly attributes: readonly string[];
}

export interface LdapChange {
  readonly operation: 'add' | 'delete' | 'replace';
  readonly attribute: string;
  readonly values: readonly (string | Buffer)[];
}

/** Tags of requests and answers. @see https://www.rfc-editor.org/rfc/rfc4511#appendix-B */
const OP = {
  BIND: 0x60,
  BOUND: 0x61,
  SEARCH: 0x63,
  FOUND: 0x64,
  SEARCHED: 0x65,
  REFERENCE: 0x73,
  MODIFY: 0x66,
  MODIFIED: 0x67,
  EXTENDED: 0x77,
  EXTENDED_DONE: 0x78,
} as const;
const SIMPLE_PASSWORD = 0x80;
const REQUEST_NAME = 0x80;
const RESPONSE_VALUE = 0x8b;
const EQUALITY = 0xa3;
const PRESENT = 0x87;
const VERSION = 3;
const SCOPES = { base: 0, subtree: 2 } as const;
const OPERATIONS = { add: 0, delete: 1, replace: 2 } as const;
const WHO_AM_I = '1.3.6.1.4.1.4203.1.11.3';
const UNSOLICITED = 0;
const LARGEST_ID = 127;
const NOTHING = Buffer.alloc(0);

/** Two are one too many already. */
const MOST_ENTRIES = 2;
const LONGEST_SEARCH_S = 10;

/** A password that a directory could take for none: it would answer success to a bind that proves nothing (RFC 4513, 5.1.2). */
export function isNoPassword(password: string): boolean {
  return password.trim() === '' || password.includes('\0');
}

/** Requests and answers of LDAP version 3, one after the other. It follows no referral. @see https://www.rfc-editor.org/rfc/rfc4511 */
export class Ldap {
  private readonly answers: Answers;
  private sent = 0;

  constructor(private readonly socket: TLSSocket, private readonly server: Pick<TlsServer, 'title'>) {
    this.answers = new Answers(socket, server);
  }

  public async bind(name: string, password: string): Promise<LdapResult> {
    if (name === '' || isNoPassword(password)) {
      throw new RotationError('configuration', 'no login is tried without a name, or with a password that is empty, blank or holds a NUL: '
        + 'a directory may take it for none; correct the secret');
    }
    this.send(OP.BIND, small(BER.INTEGER, VERSION), octets(name), element(SIMPLE_PASSWORD, password));
    return resultIn(await this.next(OP.BOUND));
  }

  /** Who the directory thinks we are; empty for nobody. @see https://www.rfc-editor.org/rfc/rfc4532 */
  public async whoAmI(): Promise<{ result: LdapResult; identity: string }> {
    this.send(OP.EXTENDED, element(REQUEST_NAME, WHO_AM_I));
    const answer = await this.next(OP.EXTENDED_DONE);
    return { result: resultIn(answer), identity: textIn(elementsIn(answer.content).find(({ tag }) => tag === RESPONSE_VALUE)) };
  }

  public async search({ base, scope, where, attributes }: LdapSearch): Promise<{ result: LdapResult; entries: LdapEntry[] }> {
    const filter = where
      ? element(EQUALITY, octets(where.attribute), octets(where.value))
      : element(PRESENT, 'objectClass');
    this.send(
      OP.SEARCH, octets(base), small(BER.ENUMERATED, SCOPES[scope]), small(BER.ENUMERATED, 0), small(BER.INTEGER, MOST_ENTRIES),
      small(BER.INTEGER, LONGEST_SEARCH_S), small(BER.BOOLEAN, 0), filter, element(BER.SEQUENCE, ...attributes.map(octets)),
    );
    const entries: LdapEntry[] = [];
    for (;;) {
      const answer = await this.next(OP.FOUND, OP.REFERENCE, OP.SEARCHED);
      if (answer.tag === OP.SEARCHED) return { result: resultIn(answer), entries };
      if (answer.tag === OP.FOUND && entries.push(entryIn(answer)) > MOST_ENTRIES) throw noLdap();
    }
  }

  /** All changes, or none. */
  public async modify(dn: string, changes: readonly LdapChange[]): Promise<LdapResult> {
    this.send(OP.MODIFY, octets(dn), element(BER.SEQUENCE, ...changes.map(({ operation, attribute, values }) => element(
      BER.SEQUENCE,
      small(BER.ENUMERATED, OPERATIONS[operation]),
      element(BER.SEQUENCE, octets(attribute), element(BER.SET, ...values.map(octets))),
    ))));
    return resultIn(await this.next(OP.MODIFIED));
  }

  private send(tag: number, ...contents: readonly Buffer[]): void {
    // A number of one byte; there is never more than one request on its way.
    this.sent = this.sent % LARGEST_ID + 1;
    this.socket.write(element(BER.SEQUENCE, small(BER.INTEGER, this.sent), element(tag, ...contents)));
  }

  private async next(...expected: readonly number[]): Promise<BerElement> {
    const message = await this.answers.next(take);
    const [id, operation] = message.tag === BER.SEQUENCE ? elementsIn(message.content) : [];
    if (numberIn(id) === UNSOLICITED) throw unreachable(this.server, 'closed the connection');
    if (numberIn(id) !== this.sent || operation === undefined || !expected.includes(operation.tag)) throw noLdap();
    return operation;
  }
}

function octets(value: string | Buffer): Buffer {
  return element(BER.OCTETS, value);
}

function resultIn({ content }: BerElement): LdapResult {
  const [code, , diagnostic] = elementsIn(content);
  return { code: numberIn(code), diagnostic: textIn(diagnostic) };
}

function entryIn({ content }: BerElement): LdapEntry {
  const [dn, attributes] = elementsIn(content);
  const all = elementsIn(attributes?.content ?? NOTHING).map(each => elementsIn(each.content));
  const valuesIn = (values: BerElement | undefined) => elementsIn(values?.content ?? NOTHING).map(value => value.content);
  return { dn: textIn(dn), attributes: new Map(all.map(([name, values]) => [textIn(name).toLowerCase(), valuesIn(values)])) };
}
