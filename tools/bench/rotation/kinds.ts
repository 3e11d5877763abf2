import { ACCESS_KEY_KINDS } from '../../../src/rotation/contract/access-keys';
import { CACHE_USER_KINDS } from '../../../src/rotation/contract/cache-users';
import type { CredentialName } from '../../../src/rotation/contract/credentials';
import { ACTIVE_DIRECTORY, DN_SEPARATOR, OPEN_LDAP } from '../../../src/rotation/contract/directory-users';
import { ROTATION_ENVIRONMENT } from '../../../src/rotation/contract/environment';
import { HTTP_CREDENTIAL_VARIABLE } from '../../../src/rotation/contract/http-credential';
import { KEY_ENVIRONMENT } from '../../../src/rotation/contract/keys';
import { PLACEHOLDER_FIELD } from '../../../src/rotation/contract/placeholder';
import { RABBITMQ_USER_KINDS } from '../../../src/rotation/contract/rabbitmq-users';
import { ROTATION_TAGS } from '../../../src/rotation/contract/tags';
import { oktaClient } from '../../../src/rotation/private/oauth-descriptions';
import { CacheUserApi } from '../../servers/cache-user-api';
import { FakeOkta } from '../../servers/identity-providers';
import type { DirectoryAddress, DirectoryLogin } from '../../servers/ldap-client';
import { LocalIam, MOTO_FOLDER } from '../../servers/local-iam';
import { LocalRabbitMq, RABBITMQ_FOLDER } from '../../servers/local-rabbitmq';
import { LocalSamba, SAMBA_FOLDER } from '../../servers/local-samba';
import { LocalSlapd, SLAPD_FOLDER } from '../../servers/local-slapd';
import { LocalValkey, VALKEY_FOLDER } from '../../servers/local-valkey';
import { newPassword } from '../../servers/new-password';

/** A secret to rotate, whose owner has no other. */
export interface KindToRotate {
  readonly text: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  /** The value of the secret of an administrator. @default - nobody asks for it */
  readonly administrator?: string;
}

export interface BenchKind {
  readonly title: string;
  readonly make: () => Promise<KindToRotate>;
}

/** Kinds of one bundle on servers of this machine; none where their folder is not named. */
export interface RunningKinds {
  readonly kinds: readonly BenchKind[];
  stop(): Promise<void>;
}

const NONE: RunningKinds = { kinds: [], stop: async () => undefined };

export async function startIam(): Promise<RunningKinds> {
  const folder = process.env[MOTO_FOLDER];
  if (!folder) return missing('access keys', MOTO_FOLDER);
  const iam = await LocalIam.start(folder);
  const { accessKeyId, secretAccessKey } = iam.administrator;
  const make = async () => ({
    text: JSON.stringify({ [PLACEHOLDER_FIELD]: newPassword() }),
    tags: { [ROTATION_TAGS.USER]: await iam.user() },
    environment: {
      [ROTATION_ENVIRONMENT.CREDENTIAL_KIND]: ACCESS_KEY_KINDS.IAM_ACCESS_KEY,
      AWS_ENDPOINT_URL_IAM: iam.endpoint,
      AWS_ENDPOINT_URL_STS: iam.endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    },
  });
  return { kinds: [{ title: 'access key', make }], stop: async () => iam.stop() };
}

/** What the function makes itself needs no server. */
export const KEYS: readonly BenchKind[] = [
  { title: 'random token', make: async () => keyOf('randomToken', newPassword()) },
  {
    title: 'signing key, ES256',
    make: async () => keyOf('signingKey', JSON.stringify({ [PLACEHOLDER_FIELD]: newPassword() }), {
      [KEY_ENVIRONMENT.ALGORITHM]: 'ES256', [KEY_ENVIRONMENT.RETENTION_SECONDS]: '3600',
    }),
  },
];

function keyOf(kind: CredentialName, text: string, environment = {}): KindToRotate {
  return { text, tags: {}, environment: { [ROTATION_ENVIRONMENT.CREDENTIAL_KIND]: kind, ...environment } };
}

/** A client of a provider for each rotation, so that none finds the secrets of another. */
export async function startHttp(): Promise<RunningKinds> {
  const started: FakeOkta[] = [];
  const make = async () => {
    const okta = await new FakeOkta().start();
    started.push(okta);
    const { clientId, url: host, ca, administrator } = okta;
    const description = oktaClient({
      authentication: 'client_secret_post', tokenParameters: {}, clientId, host, authorizationServer: 'default', dedicated: true,
    });
    return {
      text: JSON.stringify({ [PLACEHOLDER_FIELD]: newPassword() }),
      tags: {},
      environment: {
        [ROTATION_ENVIRONMENT.CREDENTIAL_KIND]: 'httpCredential',
        [ROTATION_ENVIRONMENT.TLS_CA_BUNDLE]: ca,
        [HTTP_CREDENTIAL_VARIABLE]: JSON.stringify(description),
      },
      administrator: JSON.stringify(administrator),
    };
  };
  return { kinds: [{ title: 'OAuth client of Okta', make }], stop: async () => void await Promise.all(started.map(async each => each.stop())) };
}

export async function startValkey(): Promise<RunningKinds> {
  const folder = process.env[VALKEY_FOLDER];
  if (!folder) return missing('users of a cache', VALKEY_FOLDER);
  const valkey = await LocalValkey.start(folder);
  const api = await CacheUserApi.start(valkey);
  const make = (kind: string) => async () => {
    const user = await valkey.user();
    api.add(user.username, user.username);
    return {
      text: JSON.stringify(user),
      tags: { [ROTATION_TAGS.USER]: user.username, [ROTATION_TAGS.USER_ID]: user.username },
      environment: {
        [ROTATION_ENVIRONMENT.CREDENTIAL_KIND]: kind,
        [ROTATION_ENVIRONMENT.CACHE_NODES]: `${valkey.host}:${valkey.port}`,
        [ROTATION_ENVIRONMENT.TLS_CA_BUNDLE]: valkey.ca,
        AWS_ENDPOINT_URL_ELASTICACHE: api.endpoint,
      },
      administrator: JSON.stringify(valkey.administrator),
    };
  };
  return {
    kinds: [
      { title: 'user of Valkey', make: make(CACHE_USER_KINDS.SELF_MANAGED) },
      { title: 'user of ElastiCache, changed at once', make: make(CACHE_USER_KINDS.ELASTICACHE) },
    ],
    stop: async () => {
      await api.stop();
      await valkey.stop();
    },
  };
}

/** Both are asked for what the other lacks: a user who changes its own password, and one whose password an administrator sets. */
export async function startDirectories(): Promise<RunningKinds> {
  const { [SLAPD_FOLDER]: slapdFolder, [SAMBA_FOLDER]: sambaFolder } = process.env;
  if (!slapdFolder || !sambaFolder) return missing('users of directories', `${SLAPD_FOLDER} or ${SAMBA_FOLDER}`);
  const slapd = await LocalSlapd.start(slapdFolder);
  const samba = await LocalSamba.start(sambaFolder);
  return {
    kinds: [
      { title: 'user of OpenLDAP, by itself', make: async () => directoryUser(OPEN_LDAP.name, slapd, slapd.user()) },
      {
        title: 'user of Active Directory, by an administrator',
        make: async () => directoryUser(ACTIVE_DIRECTORY.name, samba, await samba.user(), JSON.stringify(samba.administrator)),
      },
    ],
    stop: async () => void await Promise.all([slapd.stop(), samba.stop()]),
  };
}

function directoryUser(kind: string, { host, port, ca }: DirectoryAddress, user: DirectoryLogin, administrator?: string): KindToRotate {
  return {
    administrator,
    text: JSON.stringify(user),
    tags: { [ROTATION_TAGS.USER]: user.username.replaceAll(DN_SEPARATOR.name, DN_SEPARATOR.tag) },
    environment: {
      [ROTATION_ENVIRONMENT.CREDENTIAL_KIND]: kind,
      // Without an administrator the user changes its own password.
      ...administrator === undefined && { [ROTATION_ENVIRONMENT.SUPERUSER_SECRET_ARN]: '' },
      [ROTATION_ENVIRONMENT.DIRECTORY_HOST]: host,
      [ROTATION_ENVIRONMENT.DIRECTORY_PORT]: String(port),
      [ROTATION_ENVIRONMENT.TLS_CA_BUNDLE]: ca,
    },
  };
}

export async function startRabbitMq(): Promise<RunningKinds> {
  const folder = process.env[RABBITMQ_FOLDER];
  if (!folder) return missing('users of RabbitMQ', RABBITMQ_FOLDER);
  const rabbitMq = await LocalRabbitMq.start(folder);
  const make = (kind: string) => async () => {
    const user = await rabbitMq.user();
    return {
      text: JSON.stringify(user),
      tags: { [ROTATION_TAGS.USER]: user.username },
      environment: { [ROTATION_ENVIRONMENT.CREDENTIAL_KIND]: kind, ...rabbitMq.environment },
      administrator: JSON.stringify(rabbitMq.administrator),
    };
  };
  return {
    kinds: [
      { title: 'two users in turns, of which one is made', make: make(RABBITMQ_USER_KINDS.ALTERNATING) },
      { title: 'one user', make: make(RABBITMQ_USER_KINDS.SINGLE) },
    ],
    stop: async () => rabbitMq.stop(),
  };
}

function missing(what: string, variable: string): RunningKinds {
  console.error(`no rotation of ${what}: ${variable} does not name its folder`);
  return NONE;
}
