import { pickedText } from './picked';
import type { Answer } from './send';
import type { Filling } from './template';
import type { HttpAuthorizationDescription, HttpCallDescription } from '../../../src/rotation/contract/http-credential';
import type { KindContext } from '../engine/credential-kind';
import { RotationError } from '../engine/errors';

/** Makes a call, which must succeed. */
export type Ask = (what: string, call: HttpCallDescription, filling: Filling) => Promise<Answer>;

/** The headers by which the service knows its administrator, of another secret. */
export async function authorize(
  { header, tokenUrl, parameters }: HttpAuthorizationDescription, { otherSecret, settings: { superuserArn } }: KindContext, ask: Ask,
): Promise<Record<string, string>> {
  if (superuserArn === undefined) {
    throw new RotationError('configuration', '`SUPERUSER_SECRET_ARN` must name the secret that authorizes the calls; correct the '
      + 'environment of the function');
  }
  const text = await otherSecret(superuserArn);
  if (tokenUrl === undefined) return { [header!.name.toLowerCase()]: `${header!.scheme} ${fieldOf(text, 'token')}`.trim() };
  const [clientId, secret] = [fieldOf(text, 'clientId'), fieldOf(text, 'clientSecret')];
  const call: HttpCallDescription = {
    method: 'POST', url: tokenUrl, form: { grant_type: 'client_credentials', client_id: '{id}', client_secret: '{secret}', ...parameters },
  };
  const answer = await ask('a token for the administrator', call, { id: clientId, secret });
  return { authorization: `Bearer ${pickedText(answer, '/access_token', 'the token for the administrator')}` };
}

function fieldOf(text: string, field: string): string {
  const document = parsed(text);
  const value = typeof document === 'object' && document !== null && Object.hasOwn(document, field)
    ? (document as Record<string, unknown>)[field] : undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw new RotationError('configuration', `the secret that authorizes the calls must be a JSON object with the text \`${field}\`; `
    + 'store it there');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
