import { pickedText } from './picked';
import type { Answer } from './send';
import type { Filling } from './template';
import type { HttpAuthorizationDescription, HttpCallDescription } from '../../../src/rotation/contract/http-credential';
import type { KindContext } from '../engine/credential-kind';
import { RotationError } from '../engine/errors';
import { textsIn } from '../kinds/json-value';

const ADMINISTRATOR = 'the secret that authorizes the calls';

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
  if (tokenUrl === undefined) {
    const { token } = textsIn(text, ADMINISTRATOR, ['token']);
    return { [header!.name.toLowerCase()]: `${header!.scheme} ${token}`.trim() };
  }
  const { clientId, clientSecret } = textsIn(text, ADMINISTRATOR, ['clientId', 'clientSecret']);
  const call: HttpCallDescription = {
    method: 'POST', url: tokenUrl, form: { grant_type: 'client_credentials', client_id: '{id}', client_secret: '{secret}', ...parameters },
  };
  const answer = await ask('a token for the administrator', call, { id: clientId, secret: clientSecret });
  return { authorization: `Bearer ${pickedText(answer, '/access_token', 'the token for the administrator')}` };
}
