import { request } from 'https';

export interface HttpsCall {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly ca: string;
}

/** What a client of a server of this machine does: one request, one answer. */
export async function httpsCall(url: string, { method = 'POST', headers = {}, json, form, ca }: HttpsCall): Promise<{ status: number; body: any }> {
  const body = json === undefined ? form && new URLSearchParams(form).toString() : JSON.stringify(json);
  const type = json === undefined ? 'application/x-www-form-urlencoded' : 'application/json';
  return new Promise((resolve, reject) => {
    request(url, { method, ca, headers: { ...headers, ...(body !== undefined && { 'content-type': type }) } }, response => {
      const chunks: Buffer[] = [];
      response.on('error', reject).on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
        resolve({ status: response.statusCode!, body: parsed(Buffer.concat(chunks).toString()) });
      });
    }).on('error', reject).end(body);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
