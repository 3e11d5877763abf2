import type { UserDatabase } from './user-database';
import type { GrantDescription } from '../../../../src/rotation/contract/database-user';
import { asApplication, useCollection } from '../../../../tools/servers/mongo-client';
import { FakeMongod } from '../../../../tools/servers/mongod/fake-mongod';
import { newPassword } from '../../../../tools/servers/new-password';

const GRANTS: GrantDescription[] = [
  { on: 'database', database: 'shop', privileges: ['readWrite', 'dbAdmin'] },
  { on: 'database', database: 'archive', privileges: ['read'] },
  { on: 'role', role: 'reporting' },
  // Without it, a single user could not change its own password.
  { on: 'role', role: 'changeOwnPassword' },
];

const FEWER: GrantDescription[] = [{ on: 'database', database: 'shop', privileges: ['read'] }, { on: 'role', role: 'changeOwnPassword' }];

/** A server that stands in for MongoDB, because no other keeps roles, with an administrator as of Amazon DocumentDB. */
export async function mongoForUsers(): Promise<UserDatabase> {
  const server = await FakeMongod.start();
  const { accounts } = server.commands;
  const administrator = { ...server.superuser, username: 'administrator', password: newPassword() };
  server.make(administrator.username, administrator.password, [{ role: 'userAdminAnyDatabase', db: 'admin' }, { role: 'readWriteAnyDatabase', db: 'admin' }]);
  return {
    adapter: server.adapter,
    administrator,
    ca: server.options.ca,
    // That of the users; those of the grants stand in the grants.
    database: 'admin',
    grants: GRANTS,
    granted: ['changeOwnPassword@admin', 'dbAdmin@shop', 'read@archive', 'readWrite@shop', 'reporting@admin'],
    fewerGrants: FEWER,
    fewerGranted: ['changeOwnPassword@admin', 'read@shop'],
    catalogue: async (username) => (accounts.find('admin', username)?.roles ?? []).map(({ role, db }) => `${role}@${db}`).sort(),
    drift: async (username) => {
      const { roles } = accounts.find('admin', username)!;
      const left = roles.filter(({ role }) => !['reporting', 'dbAdmin'].includes(role));
      accounts.update('admin', username, { roles: [...left, { role: 'others', db: 'admin' }, { role: 'readWrite', db: 'archive' }] });
    },
    createByHand: async (username, password) => server.make(username, password, [{ role: 'read', db: 'shop' }]),
    exists: async (username) => accounts.find('admin', username) !== undefined,
    use: async (login) => {
      await useCollection(login, server.options.ca);
      await asApplication(login, server.options.ca, async (client) => client.db('archive').collection('ledger').findOne({}));
    },
    product: async () => server.product(),
    log: () => server.log(),
    stop: async () => server.stop(),
  };
}
