import { clonesUsers } from './clone-suite';
import { respectsExistingUsers } from './existing-user-suite';
import { survivesCuts } from './fault-suite';
import {
  leavesInOrder, refusesExpiredCertificate, refusesLogins, refusesWhereSocketIsAllowed, tellsOfNamesNotKept, verifiesTls,
} from './login-suite';
import { sendsHashes, setsOwnPassword } from './own-password-suite';
import { setsPasswordOfOneAccount } from './superuser-suite';
import { passesAdapterContract } from '../../../../support/rotation/adapter-contract';
import { MODEL_TIMEOUT_MS, runModel, sentenceOf } from '../../../../support/rotation/model';
import { onServer } from '../../../../support/servers/on-server';

onServer('MariaDB', (server) => {
  passesAdapterContract('MariaDB', async () => (await server()).underTest());

  test.each(['singleUser', 'alternatingUsers', 'superuserSets'] as const)('MariaDB survives every crash, duplicate, overlap and change by hand: %s', async (strategy) => {
    const database = (await server()).underTest();
    const figures = await runModel({ strategy, adapter: database.adapter, makeDatabase: async () => database, runs: 4, maxEvents: 10 });
    process.stdout.write(`${sentenceOf('MariaDB', figures)}\n`);
    expect(figures.faultPoints).toBeGreaterThan(40);
  }, MODEL_TIMEOUT_MS);

  describe('MariaDB refuses', () => refusesLogins(server));
  describe('MariaDB is trusted only when verified:', () => verifiesTls(server));
  describe('MariaDB, own password:', () => setsOwnPassword(server));
  describe('MariaDB, a superuser sets:', () => setsPasswordOfOneAccount(server));
  describe('MariaDB, connections:', () => {
    leavesInOrder(server);
    survivesCuts(server);
  });
  describe('MariaDB, a clone', () => clonesUsers(server));
  describe('MariaDB, existing users:', () => respectsExistingUsers(server));
  describe('MariaDB alone:', () => {
    sendsHashes(server);
    refusesExpiredCertificate(server);
    refusesWhereSocketIsAllowed(server);
    tellsOfNamesNotKept(server);
  });
});
