import { adapters } from '../adapters/mysql/adapter';
import { databaseHandler } from '../engine/database-handler';

/** MySQL and MariaDB, on RDS, Aurora and elsewhere. */
export const handler = databaseHandler(adapters);
