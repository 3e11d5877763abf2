import { adapters } from '../../../../../lambda/rotation/adapters/mongo/adapter';
import { parseCredentials, parseSuperuser } from '../../../../../lambda/rotation/engine/credentials';
import { rdsRegionIn, readOnlyEndpointIn } from '../../../../../src/rotation/contract/hosts';
import { newPassword } from '../../../../../tools/servers/new-password';

const SECRET = { engine: 'mongo', host: 'db.example.com', username: 'app', password: newPassword() };

function parsed(change: Record<string, unknown>) {
  return parseCredentials(JSON.stringify({ ...SECRET, ...change }), 'AWSCURRENT', adapters);
}

test.each([{}, { ssl: true }, { ssl: 'true' }, { ssl: 'True' }])('a secret with %j is one of MongoDB, whose user is of `admin`', (change) => {
  expect(parsed(change)).toMatchObject({ host: SECRET.host, port: 27_017, database: 'admin', username: 'app' });
});

test.each<[string, Record<string, unknown>, string]>([
  ['no TLS', { ssl: false }, 'must hold true in `ssl`'],
  ['no TLS, as a text', { ssl: 'false' }, 'must hold true in `ssl`'],
  ['no TLS, by a number', { ssl: 0 }, 'must hold true in `ssl`'],
  ['no TLS, by nothing', { ssl: null }, 'must hold true in `ssl`'],
  ['a condition for a user', { username: { $ne: null } }, 'must hold a text in `username`'],
  ['a condition for a password', { password: { $gt: '' } }, 'must hold a text in `password`'],
  ['a list for a database', { dbname: ['admin'] }, 'must hold a text in `dbname`'],
  ['a condition for a database', { dbname: { $where: '1' } }, 'must hold a text in `dbname`'],
  ['a connection string', { host: 'mongodb://db.example.com' }, 'must hold a host name or an address in `host`'],
  ['several hosts', { host: 'a.example.com,b.example.com' }, 'must hold a host name or an address in `host`'],
  ['a reader', { host: 'shop.cluster-ro-abc123.eu-west-1.docdb.amazonaws.com' }, 'a reader endpoint'],
  ['a long name', { username: 'u'.repeat(64) }, 'longer than the 63'],
])('a secret with %s is refused, and nothing of it is told', (_, change, message) => {
  const refused = () => parsed(change);
  expect(refused).toThrow(expect.objectContaining({ kind: 'configuration', message: expect.stringContaining(message) }));
  expect(refused).toThrow(expect.objectContaining({ message: expect.not.stringContaining(SECRET.password) }));
});

test('a superuser is of `admin`, wherever the user is that it administers', () => {
  const current = parsed({ dbname: 'orders' });
  const superuser = JSON.stringify({ ...SECRET, username: 'root', dbname: 'elsewhere' });
  expect(parseSuperuser(superuser, current, undefined)).toMatchObject({ username: 'root', database: 'admin', usersDatabase: 'orders' });
});

test.each([
  ['shop.cluster-abc123.eu-west-1.docdb.amazonaws.com', 'eu-west-1', undefined],
  ['shop.cluster-ro-abc123.eu-west-1.docdb.amazonaws.com', 'eu-west-1', 'reader'],
  ['shop-111122223333.us-east-1.docdb-elastic.amazonaws.com', 'us-east-1', undefined],
  ['shop.cluster-abc123.docdb.cn-north-1.amazonaws.com.cn', 'cn-north-1', undefined],
  ['shop.cluster-abc123.eu-west-1.docdb.amazonaws.com.example.com', undefined, undefined],
  ['shop.cluster-abc123.eu-west-1.mydocdb.amazonaws.com', undefined, undefined],
])('the host %s is of Amazon in %s', (host, region, endpoint) => {
  expect([rdsRegionIn(host), readOnlyEndpointIn(host)]).toEqual([region, endpoint]);
});
