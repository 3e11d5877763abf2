import { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { MemoryDBClient } from '@aws-sdk/client-memorydb';
import { AclUsers } from '../../../lambda/rotation/kinds/cache/acl-users';
import { CacheUserKind } from '../../../lambda/rotation/kinds/cache/cache-user';
import type { CacheUsers } from '../../../lambda/rotation/kinds/cache/cache-users';
import { elastiCacheService, ManagedUsers, memoryDbService } from '../../../lambda/rotation/kinds/cache/managed-users';
import type { CacheUserApi } from '../../../tools/servers/cache-user-api';
import type { LocalValkey, ValkeyLogin } from '../../../tools/servers/local-valkey';
import type { KindUnderTest, OwnerUnderTest } from '../rotation/kind-world';

export const CACHES = ['ElastiCache', 'MemoryDB', 'Valkey'] as const;
export type Cache = typeof CACHES[number];

/** Who sets the passwords, with the API of a service where there is one. */
export function usersOf(cache: Cache, { endpoint }: CacheUserApi): CacheUsers {
  const client = { endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'nobody', secretAccessKey: 'nobody' } };
  if (cache === 'ElastiCache') return new ManagedUsers(elastiCacheService(new ElastiCacheClient(client)));
  return cache === 'MemoryDB' ? new ManagedUsers(memoryDbService(new MemoryDBClient(client))) : new AclUsers();
}

export interface NewUser {
  readonly user: ValkeyLogin;
  /** Of its secret. */
  readonly tags: Record<string, string>;
}

/** A new user of Valkey, known to the service. */
export async function newUser(valkey: LocalValkey, api: CacheUserApi, cache: Cache): Promise<NewUser> {
  const user = await valkey.user();
  const id = cache === 'MemoryDB' ? user.username : `id-of-${user.username}`;
  api.add(id, user.username);
  return { user, tags: { 'cdk-managed-secrets:user': user.username, 'cdk-managed-secrets:user-id': id } };
}

export function environmentFor({ port, ca }: LocalValkey): Record<string, string> {
  return { CACHE_NODES: `localhost:${port}`, TLS_CA_BUNDLE: ca, EXCLUDE_PUNCTUATION: 'true' };
}

async function ownerOf(valkey: LocalValkey, api: CacheUserApi, cache: Cache): Promise<OwnerUnderTest> {
  const { user, tags } = await newUser(valkey, api, cache);
  return {
    kind: new CacheUserKind(cache, usersOf(cache, api)),
    text: JSON.stringify(user),
    tags,
    environment: environmentFor(valkey),
    others: { SUPERUSER_SECRET_ARN: JSON.stringify(valkey.administrator) },
    accepts: async text => valkey.isTaken(JSON.parse(text) as ValkeyLogin),
    valuesIn: text => [(JSON.parse(text) as ValkeyLogin).password],
  };
}

/** What was tried, as the table of what was proved says it. */
export async function serverOf(cache: Cache, valkey: LocalValkey): Promise<string> {
  return `${await valkey.product()}${cache === 'Valkey' ? '' : `, with a fake of the API of ${cache}`}`;
}

/** As the suite of all kinds wants them. What differs between ElastiCache and MemoryDB is a call, which has tests of its own. */
export function kindsOfCacheUsers(valkey: () => Promise<LocalValkey>, api: () => CacheUserApi): KindUnderTest[] {
  return (['ElastiCache', 'Valkey'] as const).map(cache => ({
    title: `user of ${cache}`,
    provedOn: async () => serverOf(cache, await valkey()),
    keepsPrevious: true,
    log: async () => (await valkey()).log(),
    make: async () => ownerOf(await valkey(), api(), cache),
  }));
}
