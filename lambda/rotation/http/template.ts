import type { HttpCallDescription, HttpPlaceholder, Json } from '../../../src/rotation/contract/http-credential';
import { RotationError } from '../engine/errors';

/** What stands for the placeholders of a call. */
export type Filling = Readonly<Partial<Record<HttpPlaceholder, string>>>;

/** A call as it is sent. */
export interface FilledCall {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const PLACEHOLDER = /\{(secret|id|owner)\}/g;

/** Characters that may stand in a header: no end of a line among them. */
const HEADER_VALUE = /^[\x20-\x7e]*$/;

/** The host is that of the description, whatever is filled in. Nothing is filled into the `given` headers. */
export function filledCall(call: HttpCallDescription, filling: Filling, given: Readonly<Record<string, string>> = {}): FilledCall {
  const url = new URL(filled(call.url, filling, encodeURIComponent));
  if (url.protocol !== 'https:' || url.origin !== new URL(call.url).origin) {
    throw new RotationError('configuration', 'a call must go to the host of its description over https; correct the description');
  }
  const { body, type } = bodyOf(call, filling);
  const headers = Object.entries(call.headers ?? {}).map(([name, value]) => [name.toLowerCase(), filled(value, filling)]);
  return {
    method: call.method,
    url,
    headers: inHeaders({ accept: 'application/json', ...type, ...basic(call, filling), ...Object.fromEntries(headers), ...given }),
    body,
  };
}

export function filled(text: string, filling: Filling, encode: (value: string) => string = value => value): string {
  return text.replace(PLACEHOLDER, (_, name: HttpPlaceholder) => {
    const value = filling[name];
    if (value !== undefined) return encode(value);
    throw new RotationError('configuration', `a call must not use {${name}}, which is not known there; correct the description`);
  });
}

function bodyOf({ json, form }: HttpCallDescription, filling: Filling): { body?: string; type?: Record<string, string> } {
  if (json !== undefined) return { body: JSON.stringify(inJson(json, filling)), type: { 'content-type': 'application/json' } };
  if (form === undefined) return {};
  const fields = Object.entries(form).map(([name, value]): [string, string] => [name, filled(value, filling)]);
  return { body: new URLSearchParams(fields).toString(), type: { 'content-type': 'application/x-www-form-urlencoded' } };
}

function inJson(json: Json, filling: Filling): Json {
  if (typeof json === 'string') return filled(json, filling);
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map((each: Json) => inJson(each, filling));
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, inJson(value as Json, filling)]));
}

/** RFC 6749, section 2.3.1: both are encoded as in a form first. */
function basic({ basicUser }: HttpCallDescription, { secret }: Filling): Record<string, string> {
  if (basicUser === undefined || secret === undefined) return {};
  const encoded = [basicUser, secret].map(each => new URLSearchParams({ x: each }).toString().slice(2)).join(':');
  return { authorization: `Basic ${Buffer.from(encoded).toString('base64')}` };
}

/** A header with an end of a line would begin another one. */
function inHeaders(headers: Record<string, string>): Record<string, string> {
  if (Object.values(headers).every(value => HEADER_VALUE.test(value))) return headers;
  throw new RotationError('configuration', 'a header must hold printable ASCII characters alone, and a value that is put into '
    + 'one does not; correct the secret');
}
