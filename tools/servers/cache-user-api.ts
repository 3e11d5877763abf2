import { createServer, IncomingMessage, Server, ServerResponse } from 'http';
import type { AddressInfo } from 'net';
import type { LocalValkey } from './local-valkey';

/** A user of the service. The service knows it by an id, and Valkey by its name. */
interface ManagedUser {
  readonly id: string;
  readonly name: string;
  authentication: string;
  passwords: number;
  status: 'active' | 'modifying';
}

/** An error of the service. */
class Refusal extends Error {
  constructor(public readonly code: string) {
    super(code);
  }
}

interface Change {
  readonly id: string;
  readonly passwords: string[];
}

/**
 * The part of the APIs of Amazon ElastiCache and Amazon MemoryDB that manages users, in front of a real Valkey: a change takes its time, and
 * refuses another one meanwhile.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyUser.html
 * @see https://docs.aws.amazon.com/memorydb/latest/APIReference/API_UpdateUser.html
 */
export class CacheUserApi {
  public static async start(valkey: LocalValkey): Promise<CacheUserApi> {
    const api = new CacheUserApi(valkey);
    await new Promise<void>((resolve) => api.server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  /** From the answer until all nodes have the change. */
  public modifyingMs = 0;
  /** Every call, as the name of its operation. */
  public readonly calls: string[] = [];
  private readonly users = new Map<string, ManagedUser>();
  private readonly server: Server = createServer((request, response) => void this.answer(request, response));

  private constructor(private readonly valkey: LocalValkey) {}

  public get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Makes a user of Valkey known to the service. */
  public add(id: string, name: string, authentication = 'password'): void {
    this.users.set(id, { id, name, authentication, passwords: 1, status: 'active' });
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const target = request.headers['x-amz-target'];
    const send = typeof target === 'string' ? this.memoryDb(target, JSON.parse(body) as Record<string, any>) : this.elastiCache(new URLSearchParams(body));
    const { status, type, text } = await send;
    response.writeHead(status, { 'content-type': type }).end(text);
  }

  private async elastiCache(form: URLSearchParams): Promise<Answer> {
    const operation = form.get('Action')!;
    this.calls.push(operation);
    const xml = (status: number, inner: string) => ({ status, type: 'text/xml', text: `<?xml version="1.0"?>${inner}` });
    try {
      const id = form.get('UserId')!;
      if (operation === 'ModifyUser') {
        const passwords = [...form].filter(([key]) => /^AuthenticationMode\.Passwords\.member\.\d+$/.test(key)).map(([, value]) => value);
        this.modify({ id, passwords });
        return xml(200, `<ModifyUserResponse><ModifyUserResult>${xmlOf(this.user(id))}</ModifyUserResult></ModifyUserResponse>`);
      }
      return xml(200, `<DescribeUsersResponse><DescribeUsersResult><Users><member>${xmlOf(this.user(id))}</member></Users></DescribeUsersResult></DescribeUsersResponse>`);
    } catch (error) {
      return xml(400, `<ErrorResponse><Error><Type>Sender</Type><Code>${(error as Refusal).code}</Code><Message>refused</Message></Error></ErrorResponse>`);
    }
  }

  private async memoryDb(target: string, input: Record<string, any>): Promise<Answer> {
    const operation = target.split('.')[1];
    this.calls.push(operation);
    const json = (status: number, body: object) => ({ status, type: 'application/x-amz-json-1.1', text: JSON.stringify(body) });
    try {
      const id = input.UserName as string;
      if (operation === 'UpdateUser') this.modify({ id, passwords: input.AuthenticationMode.Passwords });
      const { name, status, authentication, passwords } = this.user(id);
      const user = { Name: name, Status: status, Authentication: { Type: authentication, PasswordCount: passwords } };
      return json(200, operation === 'UpdateUser' ? { User: user } : { Users: [user] });
    } catch (error) {
      const { code } = error as Refusal;
      return json(400, { __type: code === 'InvalidParameterValue' ? `${code}Exception` : `${code}Fault`, message: 'refused' });
    }
  }

  private user(id: string): ManagedUser {
    const user = this.users.get(id);
    if (!user) throw new Refusal('UserNotFound');
    return user;
  }

  private modify({ id, passwords }: Change): void {
    const user = this.user(id);
    if (user.status !== 'active') throw new Refusal('InvalidUserState');
    if (passwords.length < 1 || passwords.length > 2 || !passwords.every((each) => /^[^,"/@]{16,128}$/.test(each))) throw new Refusal('InvalidParameterValue');
    user.status = 'modifying';
    setTimeout(() => void this.complete(user, passwords), this.modifyingMs);
  }

  private async complete(user: ManagedUser, passwords: string[]): Promise<void> {
    this.valkey.passwords.push(...passwords);
    await this.valkey.setPasswords(user.name, passwords);
    Object.assign(user, { status: 'active', authentication: 'password', passwords: passwords.length });
  }
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

function xmlOf({ id, name, status, authentication, passwords }: ManagedUser): string {
  return `<UserId>${id}</UserId><UserName>${name}</UserName><Status>${status}</Status><Engine>valkey</Engine>`
    + `<Authentication><Type>${authentication}</Type><PasswordCount>${passwords}</PasswordCount></Authentication>`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
