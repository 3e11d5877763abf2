import { CACHE_USER_KINDS } from '../../../src/rotation/contract/cache-users';
import { kindHandler } from '../engine/kind';
import { AclUsers } from '../kinds/cache/acl-users';
import { CacheUserKind } from '../kinds/cache/cache-user';
import { elastiCacheService, ManagedUsers, memoryDbService } from '../kinds/cache/managed-users';

/** Users of Valkey and Redis: of Amazon ElastiCache, of Amazon MemoryDB and of a server of one's own. */
export const handler = kindHandler([
  new CacheUserKind(CACHE_USER_KINDS.ELASTICACHE, new ManagedUsers(elastiCacheService())),
  new CacheUserKind(CACHE_USER_KINDS.MEMORYDB, new ManagedUsers(memoryDbService())),
  new CacheUserKind(CACHE_USER_KINDS.SELF_MANAGED, new AclUsers()),
]);
