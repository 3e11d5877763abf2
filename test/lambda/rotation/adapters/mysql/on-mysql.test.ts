import { clonesUsers, clonesUsersOfMysql } from './clone-suite';
import { respectsExistingUsers } from './existing-user-suite';
import { survivesCuts } from './fault-suite';
import { locksNobodyOut } from './lockout-suite';
import { leavesInOrder, refusesLogins, verifiesTls } from './login-suite';
import { keepsTwoPasswords, setsOwnPassword } from './own-password-suite';
import { setsPasswordOfOneAccount } from './superuser-suite';
import { passesAdapterContract } from '../../../../support/rotation/adapter-contract';
import { MODEL_TIMEOUT_MS, runModel, sentenceOf } from '../../../../support/rotation/model';
import { onServer } from '../../../../support/servers/on-server';

onServer('MySQL', (server) => {
  passesAdapterContract('MySQL', async () => (await server()).underTest());

  test.each(['singleUser', 'alternatingUsers', 'dualPassword', 'superuserSets'] as const)('MySQL survives every crash, duplicate, overlap and change by hand: %s', async (strategy) => {
    const database = (await server()).underTest();
    const figures = await runModel({ strategy, adapter: database.adapter, makeDatabase: async () => database, runs: 4, maxEvents: 10 });
    process.stdout.write(`${sentenceOf('MySQL', figures)}\n`);
    expect(figures.faultPoints).toBeGreaterThan(40);
  }, MODEL_TIMEOUT_MS);

  describe('MySQL refuses', () => refusesLogins(server));
  describe('MySQL is trusted only when verified:', () => verifiesTls(server));
  describe('MySQL, own password:', () => setsOwnPassword(server));
  describe('MySQL, a superuser sets:', () => setsPasswordOfOneAccount(server));
  describe('MySQL, connections:', () => {
    leavesInOrder(server);
    survivesCuts(server);
  });
  describe('MySQL, a clone', () => clonesUsers(server));
  describe('MySQL, existing users:', () => respectsExistingUsers(server));
  describe('MySQL alone, a clone', () => clonesUsersOfMysql(server));
  describe('MySQL alone:', () => {
    keepsTwoPasswords(server);
    locksNobodyOut(server);
  });
});
