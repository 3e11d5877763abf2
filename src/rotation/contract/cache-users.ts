/** The values of CREDENTIAL_KIND in the bundle `valkey`. */
export const CACHE_USER_KINDS = {
  ELASTICACHE: 'elastiCacheUser',
  MEMORYDB: 'memoryDbUser',
  SELF_MANAGED: 'selfManagedCacheUser',
} as const;

/** The port of Valkey and Redis when nobody says otherwise. */
export const CACHE_PORT = 6379;

/**
 * Passwords of a user that ElastiCache or MemoryDB manages.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html
 */
export const CACHE_PASSWORD = { min: 16, max: 128, refusedCharacters: ',"/@' };

/** A user has so many passwords at once. */
export const CACHE_PASSWORDS = 2;

/** One server of a cache. */
export interface CacheNode {
  readonly host: string;
  readonly port: number;
}

/** What stands in CACHE_NODES: `host:port`, several separated by commas. */
export function cacheNodesText(nodes: readonly { readonly host: string; readonly port: number | string }[]): string {
  return nodes.map(({ host, port }) => `${host}:${port}`).join(',');
}

/** Nothing of a text that names none. */
export function cacheNodesIn(text: string): CacheNode[] {
  return text.split(',').map(node => /^(.+):(\d{1,5})$/.exec(node.trim())).filter(found => found !== null)
    .map(([, host, port]) => ({ host, port: Number(port) }));
}
