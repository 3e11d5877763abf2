import { authorize } from './authorization';
import { Answer, send } from './send';
import { FilledCall, filledCall, Filling } from './template';
import type { HttpAuthorizationDescription, HttpCallDescription } from '../../../src/rotation/contract/http-credential';
import type { KindContext } from '../engine/credential-kind';
import { RotationError, RotationErrorKind } from '../engine/errors';

/** Errors of OAuth (RFC 6749, RFC 6750), which are told; any other text of an answer may quote a secret. */
const TOLD = [
  'invalid_request', 'invalid_client', 'invalid_grant', 'unauthorized_client', 'unsupported_grant_type', 'invalid_scope', 'access_denied',
  'invalid_token', 'insufficient_scope', 'invalid_client_metadata',
];

/** A service may ask to be left alone for longer than a function runs. */
const LONGEST_WAIT_MS = 10_000;
const MOST_ATTEMPTS = 3;

/** The service to which the calls of one invocation go. */
export class HttpService {
  private token?: Promise<Readonly<Record<string, string>>>;

  constructor(private readonly authorization: HttpAuthorizationDescription, private readonly context: KindContext) {}

  /** A call of the administrator, which must succeed. */
  public async administer(what: string, call: HttpCallDescription, filling: Filling = {}): Promise<Answer> {
    const headers = await (this.token ??= authorize(this.authorization, this.context, async (...asked) => this.succeed(...asked)));
    return successful(what, call, await this.ask(what, filledCall(call, filling, headers)));
  }

  /** Any answer that is no sign of a service in trouble. */
  public async answer(what: string, call: HttpCallDescription, filling: Filling): Promise<Answer> {
    return this.ask(what, filledCall(call, filling));
  }

  private async succeed(what: string, call: HttpCallDescription, filling: Filling): Promise<Answer> {
    return successful(what, call, await this.answer(what, call, filling));
  }

  /** The service is asked again when it asks for patience. */
  private async ask(what: string, call: FilledCall): Promise<Answer> {
    const { budget, settings: { ca } } = this.context;
    for (let attempt = 1; ; attempt++) {
      const answer = await send(call, { timeoutMs: budget.attempt(what), ca });
      if (answer.status !== 429 && answer.status < 500) return answer;
      const wait = waitOf(answer);
      const isWorthWaiting = answer.status === 429 && attempt < MOST_ATTEMPTS && wait <= LONGEST_WAIT_MS && 2 * wait < budget.left();
      if (!isWorthWaiting) throw failure(what, answer);
      budget.enter('waiting as the service asks');
      await this.context.sleep(wait);
    }
  }
}

function successful(what: string, call: HttpCallDescription, answer: Answer): Answer {
  if (isSuccess(call, answer)) return answer;
  throw failure(what, answer);
}

export function isSuccess({ accepts = [] }: HttpCallDescription, { status }: Answer): boolean {
  return (status >= 200 && status < 300) || accepts.includes(status);
}

/** A number of seconds; a date is not worth the trouble. */
function waitOf({ retryAfter }: Answer): number {
  return /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) * 1000 : 1_000;
}

/** What the service says is not told, but for its status and the errors that OAuth knows. */
export function failure(what: string, { status, text }: Answer): RotationError {
  const [kind, remedy] = explanationOf(status);
  const error = oauthErrorIn(text);
  const said = error === undefined ? '' : ` and ${error}`;
  return new RotationError(kind, `the service refuses ${what} with status ${status}${said}; ${remedy}`, `HTTP_${status}`);
}

function explanationOf(status: number): [RotationErrorKind, string] {
  if (status === 429) return ['transient', 'Secrets Manager will try again'];
  if (status >= 500) return ['transient', 'check the service; Secrets Manager will try again'];
  if (status >= 300 && status < 400) return ['configuration', 'redirects are not followed: give the URL that it leads to'];
  if (status === 401) return ['configuration', 'check the secret that authorizes the calls'];
  if (status === 403) return ['configuration', 'give what authorizes the calls the permission'];
  return ['configuration', 'check the URL and the body of the call'];
}

function oauthErrorIn(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return TOLD.find(each => each === error);
  } catch {
    return undefined;
  }
}
