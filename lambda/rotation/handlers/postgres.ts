import { PostgresAdapter } from '../adapters/postgres/adapter';
import { databaseHandler } from '../engine/handler';

/** PostgreSQL, on RDS, Aurora and elsewhere. */
export const handler = databaseHandler([new PostgresAdapter()]);
