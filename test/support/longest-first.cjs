const { default: Sequencer } = require('@jest/test-sequencer');

/** Those that take the longest with all servers, the longest first: one that begins last would run alone, while the other processors wait. */
const LONG = [
  /adapters\/postgres\/model/, /kinds\/(rabbitmq|openldap)\.test/, /database-user\/postgres\.test/, /adapters\/(mongo|mysql)\/on-/, /kinds\/(iam|valkey)-suite/,
  /consumers\/watch/, /kinds\/active-directory/, /adapters\/postgres\/existing/, /tools\/rotate\/rotate/, /mongo\/model/, /redshift\/contract/,
  /test\/(rules\/)?examples\.test/, /test\/package\.test/, /kinds\/http-servers/,
];

const placeOf = ({ path }) => {
  const place = LONG.findIndex(each => each.test(path));
  return place < 0 ? LONG.length : place;
};

/** As jest orders tests, with these before. */
module.exports = class extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((one, other) => placeOf(one) - placeOf(other));
  }
};
