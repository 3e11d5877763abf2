import { setTimeout as sleep } from 'timers/promises';
import { passesAdapterContract } from '../../../../support/rotation/adapter-contract';
import { MODEL_TIMEOUT_MS, ModelFigures, runModel, sentenceOf } from '../../../../support/rotation/model';
import { World } from '../../../../support/rotation/model-world';
import { whenAtHand } from '../../../../support/servers/at-hand';
import { FERRETDB } from '../../../../support/servers/servers-at-hand';
import { CUTS_OF_SUITE, survivesCuts } from '../mysql/fault-suite';

/** Places at which a process died or a connection was cut: see the last test. */
let points = 0;
const FAULT_POINTS = 230;

const ROTATIONS = 6;
const PAUSE_MS = 20;

whenAtHand(FERRETDB, (server) => {
  passesAdapterContract('FerretDB', async () => (await server()).underTest());

  test.each(['singleUser', 'alternatingUsers', 'superuserSets'] as const)('FerretDB survives every crash, duplicate, overlap and change by hand: %s', async (strategy) => {
    const database = (await server()).underTest();
    const figures: ModelFigures = await runModel({ strategy, adapter: database.adapter, makeDatabase: async () => database, runs: 2, maxEvents: 10 });
    process.stdout.write(`${sentenceOf('FerretDB', figures)}\n`);
    expect(figures.faultPoints).toBeGreaterThan(40);
    points += figures.faultPoints;
  }, MODEL_TIMEOUT_MS);

  describe('FerretDB, connections:', () => {
    survivesCuts(server);
    afterAll(() => {
      points += CUTS_OF_SUITE;
    });
  });

  test('while two users of FerretDB take turns, a client that logs in all the time with AWSCURRENT is refused never', async () => {
    const database = (await server()).underTest();
    const world = await World.make({ adapter: database.adapter, database, strategy: 'alternatingUsers' });
    const logins = { taken: 0, refused: 0 };
    let isOver = false;
    const client = (async () => {
      while (!isOver) {
        logins[await world.logsIn(world.stored('AWSCURRENT')!) ? 'taken' : 'refused']++;
        await sleep(PAUSE_MS);
      }
    })();
    for (let rotation = 0; rotation < ROTATIONS; rotation++) await world.rotateWholly();
    isOver = true;
    await client;
    process.stdout.write(`FerretDB: ${logins.taken} logins with AWSCURRENT during ${ROTATIONS} rotations of alternating users, ${logins.refused} refused\n`);
    expect(logins.refused).toBe(0);
    expect(logins.taken).toBeGreaterThan(ROTATIONS);
  }, MODEL_TIMEOUT_MS);

  test('so many points were tried, and no login was lost', () => {
    process.stdout.write(`FerretDB: ${points} fault points\n`);
    expect(points).toBeGreaterThanOrEqual(FAULT_POINTS);
  });
});
