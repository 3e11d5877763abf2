import { postgresReleases, tellReleases } from '../../../../tools/servers/postgres-releases';
import { postgresForUsers } from '../../../support/rotation/user/postgres-users';
import { makesUsers } from '../../../support/rotation/user/user-suite';

const releases = postgresReleases();
tellReleases(releases);

describe.each(releases)('$title: a user before the first rotation', (release) => {
  makesUsers({ strategies: ['singleUser', 'alternatingUsers', 'superuserSets'], deaths: release === releases.at(-1) }, async () => postgresForUsers(release));
});
