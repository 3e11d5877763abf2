import { Binary, type Document, Long } from 'bson';
import { type Account, Accounts, ServerRefusal } from './accounts';
import { HASHES, type MechanismName, ScramConversation } from './scram-server';

/** One connection, as far as the server knows who it is. */
export interface Client {
  account?: { readonly db: string; readonly user: string };
  conversation?: { readonly scram: ScramConversation; readonly account: Account; readonly mechanism: MechanismName; isProven: boolean };
}

const WRITES = ['insert', 'update', 'delete'];
const FOR_ANYBODY = ['hello', 'ismaster', 'isMaster', 'ping', 'saslStart', 'saslContinue', 'buildInfo', 'endSessions'];

/** What a server does with each command, and who may. */
export class Commands {
  public readonly accounts = new Accounts();
  private readonly collections = new Map<string, Document[]>();

  public run(client: Client, command: Document): Document {
    const [name] = Object.keys(command);
    const db = String(command.$db ?? 'admin');
    if (!FOR_ANYBODY.includes(name)) this.authorize(client, { name, db, command });
    return { ...this.execute(client, { name, db, command }), ok: 1 };
  }

  private execute(client: Client, { name, db, command }: Called): Document {
    const { [name]: subject, ...fields } = command;
    switch (name) {
      case 'hello': case 'ismaster': case 'isMaster': return this.hello(command);
      case 'saslStart': return this.startLogin(client, db, command);
      case 'saslContinue': return this.continueLogin(client, command);
      case 'usersInfo': return this.usersInfo(subject as Document, command);
      case 'createUser': return this.done(() => this.accounts.create(db, String(subject), fields));
      case 'updateUser': return this.done(() => this.accounts.update(db, String(subject), fields));
      case 'dropUser': return this.done(() => this.accounts.drop(db, String(subject)));
      case 'find': return { cursor: { id: Long.ZERO, ns: `${db}.${subject}`, firstBatch: this.found(db, String(subject), command.filter as Document) } };
      case 'insert': return this.done(() => this.collection(db, String(subject)).push(...command.documents as Document[]));
      case 'update': return this.done(() => (command.updates as Document[]).forEach((each) => this.upsert(db, String(subject), each)));
      case 'delete': return this.done(() => (command.deletes as Document[]).forEach(({ q }) => this.remove(db, String(subject), q as Document)));
      case 'ping': case 'endSessions': case 'buildInfo': return {};
      default: throw new ServerRefusal(59, 'CommandNotFound', `no such command: '${name}'`);
    }
  }

  private done(work: () => void): Document {
    work();
    return { n: 1 };
  }

  private hello({ saslSupportedMechs }: Document): Document {
    const [, db, user] = /^([^.]+)\.(.*)$/s.exec(String(saslSupportedMechs ?? '')) ?? [];
    const account = db === undefined ? undefined : this.accounts.find(db, user);
    return {
      isWritablePrimary: true,
      ismaster: true,
      helloOk: true,
      maxBsonObjectSize: 16_777_216,
      maxMessageSizeBytes: 48_000_000,
      maxWriteBatchSize: 100_000,
      minWireVersion: 0,
      maxWireVersion: 21,
      ...account && { saslSupportedMechs: account.mechanisms },
    };
  }

  private startLogin(client: Client, db: string, { mechanism, payload }: Document): Document {
    if (!(String(mechanism) in HASHES)) throw refusedLogin();
    const scram = new ScramConversation(mechanism as MechanismName, textOf(payload));
    const account = this.accounts.find(db, scram.username);
    const credential = account?.credentials[mechanism as MechanismName];
    if (!account || !credential) throw refusedLogin();
    client.conversation = { scram, account, mechanism: mechanism as MechanismName, isProven: false };
    return { conversationId: 1, done: false, payload: new Binary(Buffer.from(scram.first(credential))) };
  }

  private continueLogin(client: Client, { payload }: Document): Document {
    const { conversation } = client;
    if (!conversation) throw refusedLogin();
    const { account, scram, mechanism } = conversation;
    const final = conversation.isProven ? '' : scram.final(textOf(payload), account.credentials[mechanism]!);
    if (final === undefined) throw refusedLogin();
    // Without `skipEmptyExchange` there is one more.
    const done = conversation.isProven;
    conversation.isProven = true;
    client.account = { db: account.db, user: account.user };
    return { conversationId: 1, done, payload: new Binary(Buffer.from(final)) };
  }

  private usersInfo(asked: Document, { showAuthenticationRestrictions }: Document): Document {
    const account = this.accounts.find(String(asked.db), String(asked.user));
    return { users: account ? [this.accounts.info(account, showAuthenticationRestrictions === true)] : [] };
  }

  private authorize(client: Client, called: Called): void {
    const account = client.account && this.accounts.find(client.account.db, client.account.user);
    if (!account) throw new ServerRefusal(13, 'Unauthorized', `command ${called.name} requires authentication`);
    if (!isAllowed(account, called)) throw new ServerRefusal(13, 'Unauthorized', `not authorized on ${called.db} to execute command`);
  }

  private collection(db: string, name: string): Document[] {
    const key = `${db}.${name}`;
    const documents = this.collections.get(key) ?? [];
    this.collections.set(key, documents);
    return documents;
  }

  private found(db: string, name: string, filter: Document = {}): Document[] {
    return this.collection(db, name).filter((document) => Object.entries(filter).every(([field, value]) => document[field] === value)).slice(0, 1);
  }

  private upsert(db: string, name: string, { q, u }: Document): void {
    const [document] = this.found(db, name, q as Document);
    if (document) Object.assign(document, u.$set);
    else this.collection(db, name).push({ ...q, ...u.$set });
  }

  private remove(db: string, name: string, q: Document): void {
    const [document] = this.found(db, name, q);
    const documents = this.collection(db, name);
    if (document) documents.splice(documents.indexOf(document), 1);
  }
}

interface Called {
  readonly name: string;
  readonly db: string;
  readonly command: Document;
}

/** What the built-in roles allow, as far as it is asked here. */
function isAllowed({ user, db: home, roles }: Account, { name, db, command }: Called): boolean {
  const has = (...names: string[]) => roles.some((each) => names.includes(each.role) && (each.db === db || each.db === 'admin'));
  if (has('root')) return true;
  if (name === 'find') return has('read', 'readWrite', 'readAnyDatabase', 'readWriteAnyDatabase', 'dbOwner');
  if (WRITES.includes(name)) return has('readWrite', 'readWriteAnyDatabase', 'dbOwner');
  if (has('userAdmin', 'userAdminAnyDatabase', 'dbOwner')) return true;
  const isOneself = db === home && (name === 'usersInfo' ? command.usersInfo?.user : command.updateUser) === user;
  if (name === 'usersInfo') return isOneself && command.showAuthenticationRestrictions !== true;
  const changesPasswordAlone = Object.keys(command).every((field) => ['updateUser', 'pwd', 'mechanisms', '$db', 'lsid'].includes(field));
  return name === 'updateUser' && isOneself && changesPasswordAlone && has('changeOwnPassword');
}

function refusedLogin(): ServerRefusal {
  return new ServerRefusal(18, 'AuthenticationFailed', 'Authentication failed.');
}

function textOf(payload: unknown): string {
  return payload instanceof Binary ? Buffer.from(payload.buffer.subarray(0, payload.position)).toString() : '';
}
