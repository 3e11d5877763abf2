import { FakeMongod } from '../../../../../tools/servers/mongod/fake-mongod';
import { passesAdapterContract } from '../../../../support/rotation/adapter-contract';

passesAdapterContract('a server that stands in for MongoDB', async () => {
  const server = await FakeMongod.start();
  return { ...server.underTest(), stop: async () => server.stop() };
});
