import { adapters } from '../adapters/mysql/adapter';
import { databaseHandler } from '../engine/handler';

/** MySQL and MariaDB, on RDS, Aurora and elsewhere. */
export const handler = databaseHandler(adapters);
