import { ROTATION_STRATEGIES } from '../../../../src/rotation/contract/strategies';
import { newPassword } from '../../../../tools/servers/new-password';
import { FakeAdapter, FakeDatabase } from '../../../support/rotation/fake-database';
import { runModel, sentenceOf } from '../../../support/rotation/model';
import { runsOf } from '../../../support/whole-run';

test.each(ROTATION_STRATEGIES)('%s survives every crash, duplicate, overlap and change by hand', async (strategy) => {
  const server = new FakeDatabase();
  const superuser = { host: 'db.example.com', port: 4242, database: 'main', username: 'root', password: newPassword() };
  server.createUser(superuser.username, superuser.password, true);
  const figures = await runModel({
    strategy,
    adapter: new FakeAdapter(server),
    makeDatabase: async () => ({
      superuser,
      options: { ca: [] },
      createUser: async (username, password) => server.createUser(username, password),
    }),
    runs: runsOf(400),
  });
  process.stdout.write(`${sentenceOf('in memory', figures)}\n`);
  expect(figures.faultPoints).toBeGreaterThan(40);
});
