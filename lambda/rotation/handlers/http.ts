import { kindHandler } from '../engine/kind';
import { httpCredential } from '../kinds/http-credential';

/** API keys and client secrets that a service issues over HTTPS. */
export const handler = kindHandler([httpCredential(process.env)]);
