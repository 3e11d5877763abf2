const { default: Sequencer } = require('@jest/test-sequencer');

/** Those that take the longest with all servers, the longest first: one that begins last would run alone, while the other processors wait. */
const LONG = [
  /kinds\/iam-suite/, /kinds\/valkey-suite/, /adapters\/postgres\/model/, /database-user\/postgres\.test/, /kinds\/active-directory/, /adapters\/mysql\/on-/,
  /kinds\/http-servers/, /consumers\/watch/, /test\/package\.test/, /adapters\/mongo\/on-/, /test\/(rules\/)?examples\.test/, /kinds\/(rabbitmq|openldap)\.test/, /tools\/rotate\//,
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
