import { App, assertions, Duration, SecretValue, Token } from 'aws-cdk-lib';
import {
  CredentialKind, HttpAuthorization, HttpCredential, HttpCredentialOptions, KeycloakClientOptions, ManagedSecret,
  OAuthClient, OAuthClientOptions, OktaClientOptions, RotatedSecret,
  SecretContent,
} from 'cdk-managed-secrets';
import { world, World } from './rotated-databases';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import type { HttpCredentialDescription } from '../../src/rotation/contract/http-credential';
import { accessModel, decide, roleOf, secretOf } from '../../tools/access';

let here: World;
let administratorSecret: ManagedSecret;

beforeEach(() => {
  here = world();
  administratorSecret = new ManagedSecret(here.stack, 'Administrator', { purpose: 'administrator', content: SecretContent.empty() });
});

function rotated(kind: CredentialKind, props: object = {}): RotatedSecret {
  return new RotatedSecret(here.stack, 'Credential', { purpose: 'credential', kind, ...props });
}

function environment(): Record<string, any> {
  const [{ Properties }] = Object.values(assertions.Template.fromStack(here.stack).findResources('AWS::Lambda::Function', {
    Properties: { Environment: { Variables: { CREDENTIAL_KIND: 'httpCredential' } } },
  }));
  return Properties.Environment.Variables;
}

const describedAs = () => JSON.parse(environment().HTTP_CREDENTIAL) as HttpCredentialDescription;
const client = <T extends OAuthClientOptions>(options: Partial<T> = {}): OAuthClientOptions & Partial<T> => ({ clientId: 'worker', administratorSecret, ...options });

function apiKey(options: Partial<HttpCredentialOptions> = {}): HttpCredentialOptions {
  const url = 'https://api.example.com/v1/keys';
  return {
    administratorSecret,
    authorization: HttpAuthorization.token(),
    create: { method: 'POST', url, json: { name: '{owner}' }, secretPointer: '/key', idPointer: '/id' },
    list: { method: 'GET', url, itemsPointer: '/keys', idPointer: '/id', createdPointer: '/created' },
    revoke: [{ method: 'DELETE', url: `${url}/{id}` }],
    verify: { method: 'GET', url: 'https://api.example.com/v1/me', headers: { authorization: 'Bearer {secret}' } },
    ...options,
  };
}

test('the function knows the calls and the administrator of its environment, and the secret begins with a placeholder', () => {
  rotated(HttpCredential.of(apiKey({ plainFields: { account: 'a-1' }, dedicated: true, propagation: Duration.seconds(20) })));
  const { HTTP_CREDENTIAL, ...variables } = environment();
  expect(variables).toEqual({ CREDENTIAL_KIND: 'httpCredential', SUPERUSER_SECRET_ARN: here.stack.resolve(administratorSecret.secretArn) });
  expect(JSON.parse(HTTP_CREDENTIAL)).toEqual({
    slots: 2,
    secretField: 'apiKey',
    idField: 'secretId',
    constants: { account: 'a-1' },
    authorization: { header: { name: 'Authorization', scheme: 'Bearer' } },
    create: { method: 'POST', url: 'https://api.example.com/v1/keys', headers: {}, json: { name: '{owner}' }, secretAt: '/key', idAt: '/id' },
    list: { method: 'GET', url: 'https://api.example.com/v1/keys', headers: {}, itemsAt: '/keys', idAt: '/id', createdAt: '/created' },
    revoke: [{ method: 'DELETE', url: 'https://api.example.com/v1/keys/{id}', headers: {} }],
    verify: { method: 'GET', url: 'https://api.example.com/v1/me', headers: { authorization: 'Bearer {secret}' }, refuses: [401] },
    isDedicated: true,
    propagationSeconds: 20,
  });
  const secrets = assertions.Template.fromStack(here.stack).findResources('AWS::SecretsManager::Secret', { Properties: { Name: 'prod/payments/credential' } });
  expect(Object.values(secrets)[0].Properties.GenerateSecretString).toMatchObject({ GenerateStringKey: 'placeholder' });
  assertions.Template.fromStack(here.stack).hasResourceProperties('AWS::SecretsManager::RotationSchedule', { RotateImmediatelyOnUpdate: true });
});

test.each<[string, () => CredentialKind, Partial<HttpCredentialDescription>]>([
  ['Keycloak', () => OAuthClient.keycloak('https://sso.example.com/', 'shop', 'c0ffee', client<KeycloakClientOptions>({ keepsOlderSecret: true })), {
    slots: 2, read: { method: 'GET', url: 'https://sso.example.com/admin/realms/shop/clients/c0ffee/client-secret', secretAt: '/value' },
  }],
  ['Entra ID', () => OAuthClient.entraId('tenant', client()), {
    slots: 2, authorization: { tokenUrl: 'https://login.microsoftonline.com/tenant/oauth2/v2.0/token', parameters: { scope: 'https://graph.microsoft.com/.default' } },
  }],
  ['Auth0', () => OAuthClient.auth0('example.eu.auth0.com', client({ tokenParameters: { audience: 'https://api.example.com' } })), {
    slots: 1, verify: expect.objectContaining({ form: expect.objectContaining({ audience: 'https://api.example.com', client_secret: '{secret}' }) }),
  }],
  ['Okta', () => OAuthClient.okta('example.okta.com', client<OktaClientOptions>({ basicAuthentication: true, dedicated: true, authorizationServer: 'aus1' })), {
    slots: 2, isDedicated: true, verify: expect.objectContaining({ basicUser: 'worker', url: 'https://example.okta.com/oauth2/aus1/v1/token' }),
  }],
  ['a registered client', () => OAuthClient.registered('https://sso.example.com/reg/worker', 'https://sso.example.com/token', client()), {
    slots: 1, read: { method: 'GET', url: 'https://sso.example.com/reg/worker', secretAt: '/client_secret' },
  }],
])('%s', (_, kind, description) => {
  rotated(kind());
  expect(describedAs()).toMatchObject({ secretField: 'clientSecret', constants: { clientId: 'worker' }, ...description });
});

test('the role of the function reads its secret and the administrator\'s, and no other', async () => {
  const other = new ManagedSecret(here.stack, 'Other', { purpose: 'other' });
  rotated(OAuthClient.entraId('tenant', client()));
  const model = accessModel(resolveTemplates(App.of(here.stack)!.synth()));
  const role = model.roles.find(({ path }) => path.includes('Credential/Rotator'))!;
  const on = async (purpose: string, action: string) => decide(model, {
    principal: roleOf(model, role.path), action: `secretsmanager:${action}`, resource: secretOf(model, `prod/payments/${purpose}`).arn,
  });
  expect(other.namespace).toBeDefined();
  expect(await Promise.all(['credential', 'administrator'].map(async each => on(each, 'GetSecretValue')))).toEqual(['Allowed', 'Allowed']);
  expect(await Promise.all([on('administrator', 'PutSecretValue'), on('other', 'GetSecretValue')])).not.toContain('Allowed');
});

describe('bad input gives one error at the secret', () => {
  const url = (text: string) => () => HttpCredential.of(apiKey({ verify: { method: 'GET', url: text, headers: { 'x-key': '{secret}' } } }));
  const of = (options: object) => () => HttpCredential.of(apiKey(options));
  const call = { method: 'POST', url: 'https://api.example.com/v1/keys' };

  test.each<[string, () => CredentialKind, RegExp]>([
    ['a URL without TLS', url('http://api.example.com/'), /`verify.url` must be https:\/\/ with a host and a path/],
    ['a URL of the host that comes from elsewhere', url('https://{id}.example.com/'), /must be https:\/\/ with a host/],
    ['a URL with a user', url('https://me:pw@api.example.com/'), /without user/],
    ['a URL with the secret', url('https://api.example.com/?key={secret}'), /must not hold \{secret\}, because URLs stand in logs/],
    ['a URL with an id', url('https://api.example.com/{id}'), /must not hold \{id\}, which is known to `revoke` alone/],
    ['a URL of the metadata of instances', url('https://169.254.169.254/latest/'), /must be of a host that the service has, got 169.254.169.254/],
    ['a URL of this machine', url('https://localhost/'), /got localhost/],
    ['a URL of this machine by its full name', url('https://localhost./'), /got localhost\./],
    ['a URL of this machine by a name below it', url('https://api.localhost/'), /got api.localhost/],
    ['a URL of this machine in other words', url('https://2130706433/'), /got 127.0.0.1/],
    ['a URL of this machine by IPv6', url('https://[::1]/'), /must be of a host/],
    ['a URL that is not known', url(Token.asString({ Ref: 'Url' })), /known at synthesis/],
    ['a URL with an end of a line', url('https://api.example.com/\r\nx'), /must be https/],
    ['a header of the connection', of({ create: { ...call, headers: { Host: 'other.example' }, secretPointer: '/key', idPointer: '/id' } }), /`headers` must not hold "Host"/],
    ['a header that begins another', of({ create: { ...call, headers: { 'x-a': 'b\r\nc: d' }, secretPointer: '/key', idPointer: '/id' } }), /the header x-a must be at most 1000 printable/],
    ['another method', of({ create: { ...call, method: 'TRACE', secretPointer: '/key', idPointer: '/id' } }), /`create.method` must be one of GET, POST/],
    ['two bodies', of({ create: { ...call, json: {}, form: {}, secretPointer: '/key', idPointer: '/id' } }), /only one of `create.json` and `create.form`/],
    ['no pointer', of({ create: { ...call, idPointer: '/id' } }), /`create.secretPointer` must be a JSON pointer/],
    ['a pointer that is a path of JSONPath', of({ create: { ...call, secretPointer: '$.key', idPointer: '/id' } }), /must be a JSON pointer/],
    ['a list without an end', of({ revoke: undefined }), /`list` and `revoke` must be given together/],
    ['secrets without ids', of({ create: { ...call, secretPointer: '/key' } }), /`create.idPointer` must be given with `list`/],
    ['a verification that tries nothing', of({ verify: { method: 'GET', url: 'https://api.example.com/me' } }), /`verify` must hold \{secret\}/],
    ['the secret in another call', of({ create: { ...call, json: { old: '{secret}' }, secretPointer: '/key', idPointer: '/id' } }), /`create` must not hold \{secret\}/],
    ['patience for a refusal', of({ refusedStatuses: [429] }), /`refusedStatuses` must be from 400 to 499, and not 429/],
    ['patience for an accepted status', of({ create: { ...call, acceptedStatuses: [429], secretPointer: '/key', idPointer: '/id' } }), /`create.acceptedStatuses` must be from 400 to 499/],
    ['a failure of the service that is accepted', of({ revoke: [{ ...call, json: { id: '{id}' }, acceptedStatuses: [500] }] }), /`revoke\[0\].acceptedStatuses` must be from 400 to 499/],
    ['a refusal that is accepted', of({ verify: { ...call, json: { key: '{secret}' }, acceptedStatuses: [401] } }), /`verify.acceptedStatuses` must be left out/],
    ['no refusal', of({ refusedStatuses: [] }), /`refusedStatuses` must name at least one/],
    ['a pointer to an id that is none', of({ create: { ...call, secretPointer: '/key', idPointer: 'id' } }), /`create.idPointer` must be a JSON pointer/],
    ['a pointer to a time that is none', of({ list: { method: 'GET', url: call.url, idPointer: '/id', createdPointer: 'created' } }), /`list.createdPointer` must be a JSON pointer/],
    ['an end of every secret', of({ revoke: [{ method: 'DELETE', url: call.url }] }), /`revoke` must hold a call with \{id\}/],
    ['no end at all', of({ revoke: [] }), /`revoke` must hold a call with \{id\}/],
    ['null for headers', of({ create: { ...call, headers: null, secretPointer: '/key', idPointer: '/id' } }), /`create.headers` must be an object, each value by its name, got nothing/],
    ['null for a header', of({ create: { ...call, headers: { 'x-a': null }, secretPointer: '/key', idPointer: '/id' } }), /`create.headers` must hold texts, .*"x-a"/],
    ['null for the header of a token', of({ authorization: HttpAuthorization.token('Bearer', null as never) }), /`headers` must not hold null/],
    ['null for parameters', of({ authorization: HttpAuthorization.clientCredentials('https://api.example.com/token', null as never) }), /`parameters` must be an object/],
    ['null for parameters of a token', () => OAuthClient.entraId('tenant', client({ tokenParameters: null as never })), /`tokenParameters` must be an object/],
    ['no authorization', of({ authorization: undefined }), /`authorization` must be an HttpAuthorization/],
    ['no administrator', of({ administratorSecret: undefined }), /`administratorSecret` must be given/],
    ['a field that is taken', of({ secretField: 'secretId' }), /`secretField` must be a name of its own/],
    ['too long a wait', of({ propagation: Duration.hours(1) }), /`propagation` must be at most 300 seconds/],
    ['calls that are too long', of({ plainFields: { note: 'x'.repeat(3_000) } }), /at most 3000 characters/],
    ['a client id that is a path', () => OAuthClient.entraId('tenant', client({ clientId: 'a/../b' })), /`clientId` must be letters, digits/],
    ['a domain that is a URL', () => OAuthClient.okta('https://example.okta.com', client()), /`domain` must be a host name/],
    ['a domain with a path', () => OAuthClient.auth0('example.com?x=', client()), /`domain` must/],
    ['a realm that is a path', () => OAuthClient.keycloak('https://sso.example.com', '../master', 'id', client()), /`realm` must be letters/],
    ['a secret for an option', () => OAuthClient.okta('example.okta.com', SecretValue.unsafePlainText('x') as never), /`clientId` must be letters/],
  ])('%s', (_, kind, message) => {
    expect(() => rotated(kind())).toThrow(message);
    expect(() => rotated(kind())).toThrow(/\[at Stack\/Credential\]$/);
  });
});
