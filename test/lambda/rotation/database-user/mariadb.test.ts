import { mysqlForUsers } from '../../../support/rotation/user/mysql-users';
import { makesUsers } from '../../../support/rotation/user/user-suite';
import { onServer } from '../../../support/servers/on-server';

onServer('MariaDB', (server) => {
  describe('MariaDB: a user before the first rotation', () => {
    makesUsers({ strategies: ['singleUser', 'alternatingUsers', 'superuserSets'] }, async () => mysqlForUsers(await server()));
  });
});
