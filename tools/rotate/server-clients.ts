import type { KindClient } from './kind-clients';
import type { Close } from './local-stand';
import { NoServerError } from './servers-at-hand';
import { ACCESS_KEY_KINDS } from '../../src/rotation/contract/access-keys';
import { CACHE_USER_KINDS } from '../../src/rotation/contract/cache-users';
import { ROTATION_ENVIRONMENT } from '../../src/rotation/contract/environment';
import { RABBITMQ_USER_KINDS } from '../../src/rotation/contract/rabbitmq-users';
import { ROTATION_TAGS } from '../../src/rotation/contract/tags';
import { CacheUserApi } from '../servers/cache-user-api';
import { KeyPair, LocalIam, MOTO_FOLDER } from '../servers/local-iam';
import { LocalRabbitMq, RABBITMQ_FOLDER, RabbitMqLogin } from '../servers/local-rabbitmq';
import { LocalValkey, VALKEY_FOLDER, ValkeyLogin } from '../servers/local-valkey';

type Closing = (close: Close) => void;

/** How long the service takes for a change of a user here. */
const MODIFYING_MS = 1_500;

const USER_ID = 'id-of-the-user';

/** Clients of credentials that need a server, which is not part of the package, by the value of CREDENTIAL_KIND. */
export const SERVER_CLIENTS: Readonly<Record<string, (closing: Closing) => Promise<KindClient>>> = {
  [ACCESS_KEY_KINDS.IAM_ACCESS_KEY]: signer,
  [CACHE_USER_KINDS.ELASTICACHE]: async closing => cacheClient(closing, 'ELASTICACHE'),
  [CACHE_USER_KINDS.MEMORYDB]: async closing => cacheClient(closing, 'MEMORYDB'),
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

function folderIn(variable: string, title: string): string {
  const folder = process.env[variable];
  if (folder) return folder;
  throw new NoServerError(`${title} is not at hand: run .ci/install-databases, as root on Debian, and set ${variable} as it says`);
}
