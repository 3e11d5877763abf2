import { Agent } from 'https';
import { Broker, BrokerLogin, brokerIn, usersIn } from './broker';
import type { KindContext } from '../../engine/credential-kind';
import { RotationError, RotationErrorKind } from '../../engine/errors';
import { Answer, send } from '../../http/send';
import { administratorIn } from '../administrator';

/** One call below `/api`; each part of its path is one name. */
export interface Call {
  readonly method: 'PUT' | 'DELETE';
  readonly path: readonly string[];
  readonly body?: object;
}

const GONE = 404;

/** The management API of a broker, as its administrator. @see https://www.rabbitmq.com/docs/http-api-reference */
export class ManagementApi {
  /** All calls of the work go over one connection. */
  public static async use<T>(context: KindContext, work: (api: ManagementApi) => Promise<T>): Promise<T> {
    const api = new ManagementApi(brokerIn(context), await administratorIn(context, Object.values(usersIn(context))), context);
    try {
      return await work(api);
    } finally {
      api.agent.destroy();
    }
  }

  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  private constructor(
    private readonly broker: Broker, private readonly administrator: BrokerLogin, private readonly context: KindContext,
  ) {}

  /** Nothing of what is not there. */
  public async read(what: string, ...path: string[]): Promise<unknown> {
    const answer = await this.send(`reading ${what}`, 'GET', path);
    return answer.status === GONE ? undefined : documentIn(answer, what);
  }

  /** What is gone already need not be removed. */
  public async change(what: string, { method, path, body }: Call): Promise<void> {
    const answer = await this.send(`changing ${what}`, method, path, body);
    if (answer.status === GONE && method !== 'DELETE') throw failure(`changing ${what}`, answer.status);
  }

  private async send(activity: string, method: string, path: readonly string[], body?: object): Promise<Answer> {
    const { budget, settings: { ca, serverName } } = this.context;
    const call = {
      method,
      url: urlOf(this.broker, path),
      // Not all of the API says JSON of itself, and where it does not, it refuses whoever asks for that alone.
      headers: { ...basic(this.administrator), accept: '*/*', ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
    };
    const answer = await send(call, { timeoutMs: budget.attempt(activity), ca, serverName, agent: this.agent });
    if (answer.status === GONE || (answer.status >= 200 && answer.status < 300)) return answer;
    throw failure(activity, answer.status);
  }
}

/** A name never becomes two parts of the path, nor one that leads upwards. */
function urlOf({ host, managementPort }: Broker, path: readonly string[]): URL {
  if (path.some(part => part === '.' || part === '..')) {
    throw new RotationError('configuration', 'no user and no virtual host may be called . or .., which no URL can name; rename it');
  }
  const name = host.includes(':') ? `[${host}]` : host;
  return new URL(`https://${name}:${managementPort}/api/${path.map(encodeURIComponent).join('/')}`);
}

function basic({ username, password }: BrokerLogin): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

function documentIn({ text }: Answer, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notUnderstood(what);
  }
}

export function notUnderstood(what: string): RotationError {
  return new RotationError('configuration', `the broker answers something else where ${what} was asked for; check that its management `
    + 'plugin is on, and the port');
}

/** The status alone: what the broker writes may quote what it was sent. */
function failure(activity: string, status: number): RotationError {
  const [kind, explanation] = explanationOf(status);
  return new RotationError(kind, `${activity} ${explanation}`, `HTTP_${status}`);
}

function explanationOf(status: number): [RotationErrorKind, string] {
  if (status === 401 || status === 403) {
    return ['refused', 'is refused to the administrator; check its secret and that the user has the tag `administrator`. If that secret is '
      + 'being rotated, the retry of Secrets Manager will succeed'];
  }
  if (status === 429 || status >= 500) return ['transient', `fails with status ${status}; Secrets Manager will try again`];
  if (status >= 300 && status < 400) return ['configuration', 'is redirected, which is not followed; give the host that has the API'];
  return ['configuration', `fails with status ${status}; check that the broker is RabbitMQ 3.8 or newer`];
}
