import type { TLSSocket } from 'tls';
import { RotationError } from '../../engine/errors';
import { REMEDIES } from '../../engine/remedies';
import { Answers, overTls, TlsServer } from '../tls-connection';

export interface SmtpLogin {
  readonly username: string;
  readonly password: string;
}

/** Codes of RFC 5321 and RFC 4954. */
const READY = 220;
const DONE = 250;
const LOGGED_IN = 235;
const REFUSED = 535;
const TEMPORARY = [421, 454];
/** What is no answer of SMTP. */
const NO_CODE = 0;

/** Logs in and out again; sends no mail. `false` when, and only when, the server refuses the credentials. */
export async function smtpLogsIn(login: SmtpLogin, server: Omit<TlsServer, 'title'>): Promise<boolean> {
  const mail = { ...server, title: 'SMTP interface of Amazon SES' };
  return overTls(mail, async socket => talk(socket, new Answers(socket, mail), login));
}

async function talk(socket: TLSSocket, answers: Answers, { username, password }: SmtpLogin): Promise<boolean> {
  await expected(answers, READY);
  socket.write('EHLO localhost\r\n');
  await expected(answers, DONE);
  socket.write(`AUTH PLAIN ${Buffer.from(`\0${username}\0${password}`).toString('base64')}\r\n`);
  const isIn = await expected(answers, LOGGED_IN, REFUSED) === LOGGED_IN;
  socket.end('QUIT\r\n');
  return isIn;
}

async function expected(answers: Answers, ...codes: number[]): Promise<number> {
  const code = await answers.next(lastLine);
  if (codes.includes(code)) return code;
  throw TEMPORARY.includes(code)
    ? new RotationError('transient', `the SMTP interface of Amazon SES is busy; ${REMEDIES.transient}`, String(code))
    : new RotationError('configuration', 'the SMTP interface of Amazon SES answers what was not expected; check that Amazon SES is offered '
      + 'in the region', String(code));
}

/** The code of an answer of one line or several: behind the code of the last one is a space, or nothing. */
function lastLine(bytes: Buffer): { answer: number; length: number } | undefined {
  const text = bytes.toString('latin1');
  const found = /^(?:\d{3}-[^\r\n]*\r?\n)*(\d{3})(?: [^\r\n]*)?\r?\n/.exec(text);
  if (found) return { answer: Number(found[1]), length: found[0].length };
  return /^(\d{0,3}|\d{3}[- ][^]*)$/.test(text) ? undefined : { answer: NO_CODE, length: bytes.length };
}
