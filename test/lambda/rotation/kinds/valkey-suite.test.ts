import { passesKindSuite } from './shared-suite';
import { CacheUserApi } from '../../../../tools/servers/cache-user-api';
import { kindsOfCacheUsers } from '../../../support/kinds/cache-user';
import { whenAtHand } from '../../../support/servers/at-hand';
import { VALKEY } from '../../../support/servers/servers-at-hand';

whenAtHand(VALKEY, (server) => {
  let api: CacheUserApi;
  beforeAll(async () => {
    api = await CacheUserApi.start(await server());
  });
  afterAll(async () => api.stop());
  for (const kind of kindsOfCacheUsers(server, () => api)) passesKindSuite(kind, { runs: 5, timeoutMs: 240_000 });
});
