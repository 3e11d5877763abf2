import { passesAdapterContract } from '../../../../support/rotation/adapter-contract';
import { MODEL_TIMEOUT_MS, runModel, sentenceOf } from '../../../../support/rotation/model';
import { whenAtHand } from '../../../../support/servers/at-hand';
import { FERRETDB } from '../../../../support/servers/servers-at-hand';

whenAtHand(FERRETDB, (server) => {
  passesAdapterContract('FerretDB', async () => (await server()).underTest());

  test.each(['singleUser', 'alternatingUsers'] as const)('FerretDB survives every crash, duplicate, overlap and change by hand: %s', async (strategy) => {
    const database = (await server()).underTest();
    const figures = await runModel({ strategy, adapter: database.adapter, makeDatabase: async () => database, runs: 4, maxEvents: 10 });
    process.stdout.write(`${sentenceOf('FerretDB', figures)}\n`);
    expect(figures.faultPoints).toBeGreaterThan(40);
  }, MODEL_TIMEOUT_MS);
});
