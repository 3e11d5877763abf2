import { createServer, IncomingMessage, Server, ServerResponse } from 'http';
import type { AddressInfo } from 'net';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

export const TOKEN_HEADER = 'X-Aws-Parameters-Secrets-Token';

export interface LocalCacheOptions {
  readonly secretsManager: SecretsManagerClient;
  /** What the header must hold. */
  readonly token: string;
  /** For how long a value is kept; 0 keeps none. */
  readonly ttlMs: number;
  /** The agent takes `refreshNow=true`; for the extension it is a parameter that means nothing. */
  readonly takesRefreshNow: boolean;
}

interface Cached {
  readonly body: string;
  readonly readAt: number;
}

/** What is answered instead of a value. */
interface Refusal {
  readonly status: number;
  readonly text: string;
}

/**
 * Plays the AWS Parameters and Secrets Lambda extension, or the AWS Secrets Manager Agent: `GET /secretsmanager/get` on this machine, with a
 * header, a cache and a time to live. The refusals are those of the agent, whose source is public.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-secrets-manager.html
 * @see https://github.com/aws/aws-secretsmanager-agent
 */
export class LocalCache {
  public static async start(options: LocalCacheOptions): Promise<LocalCache> {
    const cache = new LocalCache(options);
    await new Promise<void>(resolve => cache.server.listen(0, '127.0.0.1', resolve));
    return cache;
  }

  private readonly server: Server;
  private readonly values = new Map<string, Cached>();

  private constructor(private readonly options: LocalCacheOptions) {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  public get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, this.endpoint);
    const refusal = this.refusalOf(request, url);
    const { status, text } = refusal ?? await this.valueFor(url.searchParams).then(body => ({ status: 200, text: body }), failureOf);
    response.writeHead(status);
    response.end(text);
  }

  private refusalOf({ headers, method }: IncomingMessage, { pathname, searchParams }: URL): Refusal | undefined {
    if (headers['x-forwarded-for'] !== undefined) return { status: 400, text: 'Forwarded' };
    if (headers[TOKEN_HEADER.toLowerCase()] !== this.options.token) return { status: 403, text: 'Bad Token' };
    if (method !== 'GET') return { status: 405, text: 'Not allowed' };
    if (pathname !== '/secretsmanager/get') return { status: 404, text: 'Not found' };
    return searchParams.has('secretId') ? undefined : { status: 400, text: 'secretId must be provided' };
  }

  /** A value is kept for the secret, label and version that it was asked for by. */
  private async valueFor(query: URLSearchParams): Promise<string> {
    const [SecretId, VersionStage, VersionId] = ['secretId', 'versionStage', 'versionId'].map(name => query.get(name) ?? undefined);
    const key = JSON.stringify([SecretId, VersionStage, VersionId]);
    const cached = this.values.get(key);
    const isForced = this.options.takesRefreshNow && query.get('refreshNow') === 'true';
    if (cached && !isForced && Date.now() - cached.readAt < this.options.ttlMs) return cached.body;
    const value = await this.options.secretsManager.send(new GetSecretValueCommand({ SecretId, VersionStage, VersionId }));
    const body = JSON.stringify({ ...value, $metadata: undefined });
    this.values.set(key, { body, readAt: Date.now() });
    return body;
  }
}

/** Of Secrets Manager, by its name alone. */
function failureOf({ name }: Error): Refusal {
  return { status: 400, text: name };
}
