import { mysqlForUsers } from '../../../support/rotation/user/mysql-users';
import { makesUsers } from '../../../support/rotation/user/user-suite';
import { onServer } from '../../../support/servers/on-server';

onServer('MySQL', (server) => {
  describe('MySQL: a user before the first rotation', () => {
    makesUsers({ strategies: ['singleUser', 'alternatingUsers', 'dualPassword', 'superuserSets'] }, async () => mysqlForUsers(await server()));
  });
});
