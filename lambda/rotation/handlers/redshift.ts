import { adapters } from '../adapters/redshift/adapter';
import { databaseHandler } from '../engine/database-handler';

/** Amazon Redshift and Redshift Serverless. */
export const handler = databaseHandler(adapters);
