import { isWord, notUnderstood, Token, tokensOf } from './grant-tokens';
import { quoteAccount, quoteIdentifier } from './quoting';

/** One thing that can be granted, or taken away, by itself. Names of objects, roles and accounts are quoted, ready for a statement. */
export type Grant =
  /** `GRANT OPTION` is one of the privileges on an object; only MySQL's dynamic privileges have an option of their own. */
  | { readonly kind: 'privilege'; readonly on: string; readonly name: string; readonly column?: string; readonly withOption: boolean }
  /** What MySQL calls a partial revoke: a privilege on everything, but not on this database. */
  | { readonly kind: 'restriction'; readonly on: string; readonly name: string }
  | { readonly kind: 'role'; readonly role: string; readonly withOption: boolean }
  | { readonly kind: 'proxy'; readonly account: string; readonly withOption: boolean }
  | { readonly kind: 'defaultRole'; readonly role: string };

/** Dynamic privileges are those with an underscore; the names of all others are English words with spaces. */
const DYNAMIC = /_/;

/** Reads one line of `SHOW GRANTS`. What it does not understand is an error: a grant that is dropped in silence is found out too late. */
export function parseGrant(line: string): Grant[] {
  return new GrantParser(tokensOf(line)).parse();
}

class GrantParser {
  private position = 0;

  public constructor(private readonly tokens: readonly Token[]) {}

  public parse(): Grant[] {
    if (this.takeWords('SET', 'DEFAULT', 'ROLE')) return this.nextIsWord('NONE') ? [] : [{ kind: 'defaultRole', role: this.account() }];
    if (this.takeWords('GRANT', 'PROXY', 'ON')) return this.proxy();
    if (this.takeWords('REVOKE')) return this.privileges('FROM').map(({ on, name }) => ({ kind: 'restriction', on, name }));
    if (!this.takeWords('GRANT')) throw notUnderstood();
    return this.peek()?.type === 'name' ? this.roles() : this.granted();
  }

  private proxy(): Grant[] {
    const account = this.account();
    return [{ kind: 'proxy', account, withOption: this.hasOption('GRANT') }];
  }

  private roles(): Grant[] {
    const roles = [this.account()];
    while (this.takeSymbol(',')) roles.push(this.account());
    const withOption = this.hasOption('ADMIN');
    return roles.map((role) => ({ kind: 'role', role, withOption }));
  }

  private granted(): Grant[] {
    const privileges = this.privileges('TO');
    const option = this.hasOption('GRANT');
    const grants: Grant[] = privileges.filter(({ name }) => name !== 'USAGE')
      .map((privilege) => ({ kind: 'privilege', ...privilege, withOption: option && DYNAMIC.test(privilege.name) }));
    const dynamic = privileges.every(({ name }) => DYNAMIC.test(name));
    return option && !dynamic ? [...grants, { kind: 'privilege', on: privileges[0].on, name: 'GRANT OPTION', withOption: false }] : grants;
  }

  /** From the first privilege up to the word after the object. */
  private privileges(end: 'TO' | 'FROM'): { on: string; name: string; column?: string }[] {
    const privileges = this.privilege();
    while (this.takeSymbol(',')) privileges.push(...this.privilege());
    if (!this.takeWords('ON')) throw notUnderstood();
    const on = this.object();
    if (!this.nextIsWord(end)) throw notUnderstood();
    return privileges.map((privilege) => ({ on, ...privilege }));
  }

  private privilege(): { name: string; column?: string }[] {
    const words: string[] = [];
    while (this.peek()?.type === 'word' && !this.nextIsWord('ON')) words.push(this.next().text.toUpperCase());
    if (words.length === 0) throw notUnderstood();
    const name = words.join(' ');
    return this.takeSymbol('(') ? this.columns().map((column) => ({ name, column })) : [{ name }];
  }

  private columns(): string[] {
    const columns = [quoteIdentifier(this.name())];
    while (this.takeSymbol(',')) columns.push(quoteIdentifier(this.name()));
    if (!this.takeSymbol(')')) throw notUnderstood();
    return columns;
  }

  /** `*.*`, a database or what is in it, after the kind of object where it is no table. */
  private object(): string {
    const kind: string[] = [];
    while (this.peek()?.type === 'word') kind.push(`${this.next().text.toUpperCase()} `);
    const database = this.takeSymbol('*') ? '*' : quoteIdentifier(this.name());
    if (!this.takeSymbol('.')) throw notUnderstood();
    return `${kind.join('')}${database}.${this.takeSymbol('*') ? '*' : quoteIdentifier(this.name())}`;
  }

  /** A role of MariaDB has no host. */
  private account(): string {
    const user = this.name();
    return this.takeSymbol('@') ? quoteAccount({ user, host: this.name() }) : quoteIdentifier(user);
  }

  /** MariaDB says before it how the user logs in, which is none of a grant. */
  private hasOption(option: 'GRANT' | 'ADMIN'): boolean {
    const rest = this.tokens.slice(this.position);
    return rest.some((token, index) => isWord(token, option) && isWord(rest[index + 1], 'OPTION'));
  }

  private name(): string {
    const token = this.next();
    if (token.type !== 'name') throw notUnderstood();
    return token.text;
  }

  private takeSymbol(symbol: string): boolean {
    const found = this.peek()?.type === 'symbol' && this.peek()?.text === symbol;
    if (found) this.position++;
    return found;
  }

  private takeWords(...words: string[]): boolean {
    const found = words.every((word, index) => isWord(this.tokens[this.position + index], word));
    if (found) this.position += words.length;
    return found;
  }

  private nextIsWord(word: string): boolean {
    return isWord(this.peek(), word);
  }

  private peek(): Token | undefined {
    return this.tokens[this.position];
  }

  private next(): Token {
    const token = this.peek();
    if (!token) throw notUnderstood();
    this.position++;
    return token;
  }
}
