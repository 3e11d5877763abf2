import type { TLSSocket } from 'tls';
import { AmqpMethod, isMethod, longText, METHODS, methodFrame, PROTOCOL_HEADER, shortText, takeMethod, textAt } from './amqp';
import { BrokerLogin, brokerIn, TITLE } from './broker';
import type { KindContext } from '../../engine/credential-kind';
import { RotationError } from '../../engine/errors';
import { Answers, overTls } from '../tls-connection';

const { START, START_OK, TUNE, TUNE_OK, OPEN, OPEN_OK, CLOSE } = METHODS;

/** More than any method of a login. */
const MOST_BYTES = 64 * 1024;
const ACCESS_REFUSED = 403;
const MECHANISM = 'PLAIN';

/** Logs in as a client does, over verified TLS. `false` when, and only when, the broker refuses the credentials. */
export async function logsIn(login: BrokerLogin, context: KindContext): Promise<boolean> {
  const { settings: { ca, serverName }, budget } = context;
  const { host, port, virtualHost } = brokerIn(context);
  const server = { host, port, ca, serverName, title: TITLE, timeoutMs: budget.attempt('logging in to the broker') };
  return overTls(server, async socket => {
    const connection = new Connection(socket);
    await connection.begin();
    const answer = await connection.say(START_OK, startOk(login));
    if (isMethod(answer, CLOSE) && replyCodeIn(answer) === ACCESS_REFUSED) return false;
    expectMethod(answer, TUNE, 'a login');
    if (virtualHost === undefined) return true;
    connection.tell(TUNE_OK, answer.content);
    expectMethod(await connection.say(OPEN, Buffer.concat([shortText(virtualHost), shortText(''), Buffer.from([0])])), OPEN_OK,
      'the virtual host; check that it is there and that the user has permissions and no limit in it');
    return true;
  });
}

class Connection {
  private readonly answers: Answers;

  constructor(private readonly socket: TLSSocket) {
    this.answers = new Answers(socket, { title: TITLE }, MOST_BYTES);
  }

  /** A broker that does not offer PLAIN gets nothing else in its place. */
  public async begin(): Promise<void> {
    this.socket.write(PROTOCOL_HEADER);
    const start = await this.next();
    expectMethod(start, START, 'the protocol AMQP 0-9-1');
    const mechanisms = mechanismsIn(start)?.split(' ') ?? [];
    if (mechanisms.includes(MECHANISM)) return;
    throw new RotationError('configuration', `the broker does not offer ${MECHANISM}, by which passwords are checked; add it to `
      + '`auth_mechanisms`');
  }

  public tell(method: AmqpMethod['name'], content: Buffer): void {
    this.socket.write(methodFrame(method, content));
  }

  public async say(method: AmqpMethod['name'], content: Buffer): Promise<AmqpMethod> {
    this.tell(method, content);
    return this.next();
  }

  private async next(): Promise<AmqpMethod> {
    return this.answers.next(bytes => takeMethod(bytes, MOST_BYTES));
  }
}

/** Without the capability the broker would hang up, and a refusal would look like a fault of the network. */
function startOk({ username, password }: BrokerLogin): Buffer {
  const capability = Buffer.concat([shortText('authentication_failure_close'), Buffer.from('t\x01')]);
  const properties = Buffer.concat([shortText('capabilities'), Buffer.from('F'), longText(capability)]);
  const response = longText(Buffer.from(`\0${username}\0${password}`));
  return Buffer.concat([longText(properties), shortText(MECHANISM), response, shortText('en_US')]);
}

/** Behind two octets of a version and a table. */
function mechanismsIn({ content }: AmqpMethod): string | undefined {
  const properties = textAt(content, 2);
  return properties && textAt(content, 2 + 4 + properties.length)?.toString('latin1');
}

function replyCodeIn({ content }: AmqpMethod): number | undefined {
  return content.length >= 2 ? content.readUInt16BE(0) : undefined;
}

function expectMethod(answer: AmqpMethod, method: AmqpMethod['name'], what: string): void {
  if (isMethod(answer, method)) return;
  const code = isMethod(answer, CLOSE) ? replyCodeIn(answer) : undefined;
  const said = code === undefined ? 'answers something else than AMQP 0-9-1 says to' : 'refuses';
  const remedy = what.includes(';') ? '' : '; check that it is RabbitMQ, and the port';
  throw new RotationError('configuration', `the broker ${said} ${what}${remedy}`, code === undefined ? undefined : `AMQP_${code}`);
}
