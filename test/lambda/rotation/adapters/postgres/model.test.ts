import { PostgresAdapter } from '../../../../../lambda/rotation/adapters/postgres/adapter';
import type { RotationStrategyName } from '../../../../../src/rotation/contract/strategies';
import { LocalPostgres } from '../../../../../tools/servers/local-postgres';
import { ALL_REQUIRED, postgresReleases } from '../../../../../tools/servers/postgres-releases';
import { createUser } from '../../../../../tools/servers/postgres-users';
import { MODEL_TIMEOUT_MS, ModelFigures, runModel, sentenceOf } from '../../../../support/rotation/model';
import { startsServers } from '../../../../support/servers/suite-servers';

/** Few, for each login is a real one; the engine has many more on a database in memory. On an older release fewer still. */
const RUNS = ALL_REQUIRED ? 10 : 2;
const RUNS_ON_OLDER = 2;
const MAX_EVENTS = 8;

const releases = postgresReleases();

describe.each(releases)('the rotation of a user of $title', (release) => {
  let database: LocalPostgres;
  startsServers(async (keep) => {
    database = await keep(LocalPostgres.start({ release }));
  });

  /** Passwords that the users were created with. */
  const passwords: string[] = [];

  async function figuresOf(strategy: RotationStrategyName): Promise<ModelFigures> {
    return runModel({
      strategy,
      adapter: new PostgresAdapter(),
      makeDatabase: async () => ({
        superuser: database.superuser,
        options: database.options,
        product: async () => database.product(),
        createUser: async (username, password) => {
          passwords.push(password);
          await createUser(database.server, username, password);
        },
      }),
      runs: release === releases.at(-1) ? RUNS : RUNS_ON_OLDER,
      maxEvents: MAX_EVENTS,
    });
  }

  test('survives every crash, duplicate, overlap and change by hand, by each strategy', async () => {
    // What a superuser sets is one statement, which is the same in every release.
    const strategies = (['singleUser', 'alternatingUsers', 'superuserSets'] as const)
      .filter((strategy) => strategy !== 'superuserSets' || release === releases.at(-1));
    // At once, for most of the time is spent waiting for logins.
    const all = await Promise.all(strategies.map(figuresOf));
    for (const figures of all) {
      process.stdout.write(`${sentenceOf(release.title, figures)}\n`);
      expect(figures.faultPoints).toBeGreaterThan(40);
    }
    const log = database.server.log();
    expect(passwords.filter((password) => log.includes(password))).toEqual([]);
  }, MODEL_TIMEOUT_MS);
});
