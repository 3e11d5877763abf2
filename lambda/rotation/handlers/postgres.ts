import { adapters } from '../adapters/postgres/adapter';
import { databaseHandler } from '../engine/database-handler';

/** PostgreSQL, on RDS, Aurora and elsewhere. */
export const handler = databaseHandler(adapters);
