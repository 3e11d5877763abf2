import { ALL_REQUIRED } from '../../../../tools/servers/postgres-releases';
import { mongoForUsers } from '../../../support/rotation/user/mongo-users';
import { makesUsers } from '../../../support/rotation/user/user-suite';

describe('a server that stands in for MongoDB: a user before the first rotation', () => {
  makesUsers({ strategies: ['singleUser', 'alternatingUsers', 'superuserSets'], deaths: ALL_REQUIRED }, mongoForUsers);
});
