import { randomBytes, randomUUID } from 'crypto';
import { HttpsServer, Received, Reply } from './https-server';
import { newPassword } from './new-password';

/**
 * Fakes of identity providers that nobody can install: each does what its public documents say of client secrets, and no more. They hold
 * against those documents alone; no service itself has been asked.
 */

export interface ClientSecret {
  readonly id: string;
  readonly secret: string;
  readonly name?: string;
  readonly created: Date;
  active: boolean;
}

/** What all of them have: a client with secrets, an administrator, and an endpoint for tokens. */
export abstract class IdentityProvider {
  public readonly clientId = randomUUID();
  public readonly administrator = { clientId: randomUUID(), clientSecret: newPassword(), token: newPassword() };
  public readonly secrets: ClientSecret[] = [];
  /** Tells the time, so that a test can go on with it. */
  public now: () => number = Date.now;
  /** Asked before and after each call; the connection ends when it says so. */
  public interruption?: () => boolean | Promise<boolean>;
  private readonly tokens: string[] = [];
  protected server!: HttpsServer;
  protected abstract readonly tokenPath: string;

  public async start(): Promise<this> {
    this.server = await HttpsServer.start(async request => {
      if (await this.interruption?.()) return 'hangUp';
      const reply = this.answer(request);
      return await this.interruption?.() ? 'hangUp' : reply;
    });
    return this;
  }

  public get url(): string {
    return this.server.url;
  }

  public get ca(): string {
    return this.server.ca;
  }

  public async stop(): Promise<void> {
    await this.server.stop();
  }

  public isTaken(secret: string): boolean {
    return this.secrets.some(each => each.active && each.secret === secret);
  }

  /** As a person does in the console of the provider. */
  public add(name?: string): ClientSecret {
    const made = { id: randomUUID(), secret: randomBytes(30).toString('base64url'), name, created: new Date(this.now()), active: true };
    this.secrets.push(made);
    return made;
  }

  protected abstract administered(request: Received, path: string): Reply;

  /** Whether the headers are those of the administrator. */
  protected isAdministrator({ headers }: Received): boolean {
    return this.tokens.some(token => headers.authorization === `Bearer ${token}`);
  }

  /** Removes and answers what a call on one secret is about. */
  protected remove(id: string | undefined): boolean {
    const index = this.secrets.findIndex(each => each.id === id);
    if (index < 0) return false;
    this.secrets.splice(index, 1);
    return true;
  }

  private answer(request: Received): Reply {
    const [path] = request.path.split('?');
    if (path === this.tokenPath) return this.token(new URLSearchParams(request.body));
    if (!this.isAdministrator(request)) return { status: 401, body: { error: 'invalid_token' } };
    return this.administered(request, decodeURIComponent(path));
  }

  private token(form: URLSearchParams): Reply {
    const [clientId, secret] = [form.get('client_id'), form.get('client_secret')];
    const isAdministrator = clientId === this.administrator.clientId && secret === this.administrator.clientSecret;
    if (!isAdministrator && !(clientId === this.clientId && this.isTaken(secret!))) {
      return { status: 401, body: { error: 'invalid_client', error_description: `the secret ${secret} is wrong` } };
    }
    const token = randomBytes(24).toString('base64url');
    if (isAdministrator) this.tokens.push(token);
    return { body: { access_token: token, token_type: 'Bearer', expires_in: 3600 } };
  }
}

/** @see https://learn.microsoft.com/en-us/graph/api/application-addpassword?view=graph-rest-1.0 */
export class FakeEntra extends IdentityProvider {
  public readonly tenantId = randomUUID();
  protected readonly tokenPath = `/${this.tenantId}/oauth2/v2.0/token`;

  protected administered({ method, body }: Received, path: string): Reply {
    const application = `/v1.0/applications(appId='${this.clientId}')`;
    if (method === 'GET' && path === application) {
      return { body: { passwordCredentials: this.secrets.map(each => ({ ...entraSecret(each), secretText: null })) } };
    }
    if (method === 'POST' && path === `${application}/addPassword`) {
      const { passwordCredential: { displayName } } = JSON.parse(body) as { passwordCredential: { displayName?: string } };
      return { body: entraSecret(this.add(displayName)) };
    }
    if (method === 'POST' && path === `${application}/removePassword`) {
      const { keyId } = JSON.parse(body) as { keyId: string };
      return this.remove(keyId) ? { status: 204 } : { status: 404, body: { error: { code: 'Request_ResourceNotFound' } } };
    }
    return { status: 404, body: {} };
  }
}

function entraSecret({ id, secret, name, created }: ClientSecret): object {
  return { keyId: id, secretText: secret, displayName: name ?? null, hint: secret.slice(0, 3), startDateTime: created.toISOString() };
}

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationSSOCredentialOAuth2ClientAuth/ */
export class FakeOkta extends IdentityProvider {
  protected readonly tokenPath = '/oauth2/default/v1/token';

  protected isAdministrator({ headers }: Received): boolean {
    return headers.authorization === `SSWS ${this.administrator.token}`;
  }

  protected administered({ method }: Received, path: string): Reply {
    const all = `/api/v1/apps/${this.clientId}/credentials/secrets`;
    const [, id, action] = new RegExp(`^${all}/([^/]+)(/lifecycle/deactivate)?$`).exec(path) ?? [];
    const found = this.secrets.find(each => each.id === id);
    if (method === 'GET' && path === all) return { body: this.secrets.map(oktaSecret) };
    if (method === 'POST' && path === all) {
      return this.secrets.length < 2 ? { status: 201, body: oktaSecret(this.add()) } : { status: 400, body: { errorCode: 'E0000001' } };
    }
    if (found === undefined) return { status: 404, body: { errorCode: 'E0000007' } };
    if (method === 'POST' && action) return found.active ? { body: oktaSecret(Object.assign(found, { active: false })) } : { status: 400, body: {} };
    if (method === 'DELETE') return found.active ? { status: 403, body: {} } : (this.remove(id), { status: 204 });
    return { status: 405, body: {} };
  }
}

function oktaSecret({ id, secret, active, created }: ClientSecret): object {
  return { id, client_secret: secret, status: active ? 'ACTIVE' : 'INACTIVE', created: created.toISOString() };
}

/** @see https://auth0.com/docs/get-started/applications/rotate-client-secret */
export class FakeAuth0 extends IdentityProvider {
  protected readonly tokenPath = '/oauth/token';

  public rotate(): void {
    const made = this.add();
    this.secrets.splice(0, this.secrets.length, made);
  }

  protected administered({ method }: Received, path: string): Reply {
    const client = `/api/v2/clients/${this.clientId}`;
    if (method === 'POST' && path === `${client}/rotate-secret`) this.rotate();
    else if (method !== 'GET' || path !== client) return { status: 404, body: {} };
    return { body: { client_id: this.clientId, client_secret: this.secrets[0].secret } };
  }
}
