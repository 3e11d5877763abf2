import { FakeMongod } from '../../../../../tools/servers/mongod/fake-mongod';
import { ALL_REQUIRED } from '../../../../../tools/servers/postgres-releases';
import { MODEL_TIMEOUT_MS, runModel, sentenceOf } from '../../../../support/rotation/model';
import { startsServers } from '../../../../support/servers/suite-servers';

/** FerretDB has more; here is what it has not: users of another database than `admin`, in which the superuser is. */
const RUNS = ALL_REQUIRED ? 3 : 1;
const DATABASE = 'orders';

let server: FakeMongod;
startsServers(async (keep) => {
  server = await keep(FakeMongod.start());
});

const STRATEGIES = ALL_REQUIRED ? ['singleUser', 'alternatingUsers', 'superuserSets'] as const : ['alternatingUsers'] as const;

test.each(STRATEGIES)('a user of another database survives every crash, duplicate and change by hand: %s', async (strategy) => {
  const figures = await runModel({
    strategy,
    adapter: server.adapter,
    makeDatabase: async () => ({
      superuser: { ...server.superuser, database: DATABASE },
      options: server.options,
      createUser: async (username, password) => {
        server.make(username, password, [{ role: 'readWrite', db: DATABASE }, { role: 'changeOwnPassword', db: 'admin' }], {}, DATABASE);
      },
      serverLog: async () => server.log(),
      product: async () => server.product(),
    }),
    runs: RUNS,
    maxEvents: 8,
  });
  process.stdout.write(`${sentenceOf('a stand-in for MongoDB', figures)}\n`);
  expect(figures.faultPoints).toBeGreaterThan(40);
}, MODEL_TIMEOUT_MS);
