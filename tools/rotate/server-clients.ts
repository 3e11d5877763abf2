import type { KindClient } from './kind-clients';
import type { Close } from './local-stand';
import { NoServerError } from './servers-at-hand';
import { ACCESS_KEY_KINDS } from '../../src/rotation/contract/access-keys';
import { CACHE_USER_KINDS } from '../../src/rotation/contract/cache-users';
import { ACTIVE_DIRECTORY, DN_SEPARATOR, OPEN_LDAP } from '../../src/rotation/contract/directory-users';
import { ROTATION_ENVIRONMENT } from '../../src/rotation/contract/environment';
import { RABBITMQ_USER_KINDS } from '../../src/rotation/contract/rabbitmq-users';
import { ROTATION_TAGS } from '../../src/rotation/contract/tags';
import { CacheUserApi } from '../servers/cache-user-api';
import type { DirectoryLogin } from '../servers/ldap-client';
import { KeyPair, LocalIam, MOTO_FOLDER } from '../servers/local-iam';
import { LocalRabbitMq, RABBITMQ_FOLDER, RabbitMqLogin } from '../servers/local-rabbitmq';
import { LocalSamba, SAMBA_FOLDER } from '../servers/local-samba';
import { LocalSlapd, SLAPD_FOLDER } from '../servers/local-slapd';
import { LocalValkey, VALKEY_FOLDER, ValkeyLogin } from '../servers/local-valkey';

type Closing = (close: Close) => void;

/** How long the service takes for a change of a user here. */
const MODIFYING_MS = 1_500;

/** The default of Active Directory. */
const GRACE_MINUTES = 60;

const USER_ID = 'id-of-the-user';

/** Clients of credentials that need a server, which is not part of the package, by the value of CREDENTIAL_KIND. */
export const SERVER_CLIENTS: Readonly<Record<string, (closing: Closing) => Promise<KindClient>>> = {
  [ACCESS_KEY_KINDS.IAM_ACCESS_KEY]: signer,
  [CACHE_USER_KINDS.ELASTICACHE]: async closing => cacheClient(closing, 'ELASTICACHE'),
  [CACHE_USER_KINDS.MEMORYDB]: async closing => cacheClient(closing, 'MEMORYDB'),
  [OPEN_LDAP.name]: openLdapClient,
  [ACTIVE_DIRECTORY.name]: activeDirectoryClient,
  [RABBITMQ_USER_KINDS.ALTERNATING]: brokerClient,
  [RABBITMQ_USER_KINDS.SINGLE]: brokerClient,
};

async function signer(closing: Closing): Promise<KindClient> {
  const iam = await LocalIam.start(folderIn(MOTO_FOLDER, 'moto'));
  closing(async () => iam.stop());
  const { accessKeyId, secretAccessKey } = iam.administrator;
  return {
    title: 'asks STS who it is, signed with the key; IAM and STS are moto, which checks signatures',
    tags: { [ROTATION_TAGS.USER]: await iam.user(), [ROTATION_TAGS.DEDICATED]: 'true' },
    environment: {
      AWS_ENDPOINT_URL_IAM: iam.endpoint,
      AWS_ENDPOINT_URL_STS: iam.endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: '',
    },
    use: async text => iam.isTaken(JSON.parse(text) as KeyPair),
  };
}

async function cacheClient(closing: Closing, service: keyof typeof CACHE_USER_KINDS): Promise<KindClient> {
  const valkey = await LocalValkey.start(folderIn(VALKEY_FOLDER, 'Valkey'));
  closing(async () => valkey.stop());
  const api = await CacheUserApi.start(valkey);
  closing(async () => api.stop());
  api.modifyingMs = MODIFYING_MS;
  const user = await valkey.user('app');
  const id = service === 'MEMORYDB' ? user.username : USER_ID;
  api.add(id, user.username);
  return {
    title: `logs in to Valkey over TLS, behind an API that takes ${MODIFYING_MS} ms for a change of a user`,
    text: JSON.stringify(user),
    tags: { [ROTATION_TAGS.USER]: user.username, [ROTATION_TAGS.USER_ID]: id },
    environment: {
      [`AWS_ENDPOINT_URL_${service}`]: api.endpoint,
      [ROTATION_ENVIRONMENT.CACHE_NODES]: `${valkey.host}:${valkey.port}`,
      [ROTATION_ENVIRONMENT.TLS_CA_BUNDLE]: valkey.ca,
    },
    use: async text => valkey.isTaken(JSON.parse(text) as ValkeyLogin),
  };
}

async function brokerClient(closing: Closing): Promise<KindClient> {
  const rabbitMq = await LocalRabbitMq.start(folderIn(RABBITMQ_FOLDER, 'RabbitMQ'));
  closing(async () => rabbitMq.stop());
  const user = await rabbitMq.user({ username: 'app' });
  return {
    title: 'logs in to RabbitMQ by AMQP over TLS',
    text: JSON.stringify(user),
    tags: { [ROTATION_TAGS.USER]: user.username },
    environment: rabbitMq.environment,
    others: { [ROTATION_ENVIRONMENT.SUPERUSER_SECRET_ARN]: JSON.stringify(rabbitMq.administrator) },
    use: async text => rabbitMq.isTaken(JSON.parse(text) as RabbitMqLogin),
  };
}

async function openLdapClient(closing: Closing): Promise<KindClient> {
  const slapd = await LocalSlapd.start(folderIn(SLAPD_FOLDER, 'slapd'));
  closing(async () => slapd.stop());
  return directoryClient('logs in to OpenLDAP over LDAPS', slapd, slapd.user());
}

async function activeDirectoryClient(closing: Closing): Promise<KindClient> {
  const samba = await LocalSamba.start(folderIn(SAMBA_FOLDER, 'Samba'), { graceMinutes: GRACE_MINUTES });
  closing(async () => samba.stop());
  const title = `logs in to Samba over LDAPS, which takes the older password for ${GRACE_MINUTES} minutes, as Active Directory does unless told otherwise`;
  return directoryClient(title, samba, await samba.user());
}

function directoryClient(title: string, directory: LocalSlapd | LocalSamba, user: DirectoryLogin): KindClient {
  const { host, port, ca, administrator } = directory;
  return {
    title,
    text: JSON.stringify(user),
    tags: { [ROTATION_TAGS.USER]: user.username.replaceAll(DN_SEPARATOR.name, DN_SEPARATOR.tag) },
    environment: {
      [ROTATION_ENVIRONMENT.DIRECTORY_HOST]: host,
      [ROTATION_ENVIRONMENT.DIRECTORY_PORT]: String(port),
      [ROTATION_ENVIRONMENT.TLS_CA_BUNDLE]: ca,
    },
    others: { [ROTATION_ENVIRONMENT.SUPERUSER_SECRET_ARN]: JSON.stringify(administrator) },
    use: async text => directory.isTaken(JSON.parse(text) as DirectoryLogin),
  };
}

function folderIn(variable: string, title: string): string {
  const folder = process.env[variable];
  if (folder) return folder;
  throw new NoServerError(`${title} is not at hand: run .ci/install-databases, as root on Debian, and set ${variable} as it says`);
}
