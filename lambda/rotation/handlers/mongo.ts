import { adapters } from '../adapters/mongo/adapter';
import { databaseHandler } from '../engine/database-handler';

/** MongoDB and Amazon DocumentDB, with instances or elastic. */
export const handler = databaseHandler(adapters);
