import { MongoClient } from 'mongodb';
import type { Login } from '../../lambda/rotation/engine/database-adapter';

const TIMEOUT_MS = 10_000;

/** What an application does, with the driver of MongoDB, of which the rotation has no line. */
export async function asApplication<T>(login: Login, ca: readonly string[], work: (client: MongoClient) => Promise<T>): Promise<T> {
  const { host, port, username, password, database } = login;
  const client = new MongoClient(`mongodb://${host}:${port}/`, {
    auth: { username, password }, authSource: database, tls: true, ca: ca.join('\n'), directConnection: true, retryWrites: false, serverSelectionTimeoutMS: TIMEOUT_MS,
  });
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.close();
  }
}

/** Writes a document and reads it again. */
export async function useCollection(login: Login, ca: readonly string[], database = 'shop'): Promise<void> {
  await asApplication(login, ca, async (client) => {
    const ledger = client.db(database).collection('ledger');
    await ledger.insertOne({ entry: 'entry' });
    if (await ledger.findOne({ entry: 'entry' }) === null) throw new Error('the document is not there');
  });
}
