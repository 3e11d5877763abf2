import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CALL_TIMEOUTS } from './call-timeouts';
import type { Environment } from './environment';
import { lambdaCredentials } from './lambda-credentials';
import { ROTATION_ENVIRONMENT } from '../../../src/rotation/contract/environment';

export type SecretsManager = Pick<SecretsManagerClient, 'send'>;

const REQUEST_TIMEOUT_MS = 3_000;
const MAX_CALL_ATTEMPTS = 5;

/** The real client. It retries throttling by itself; each call ends in time for an explanation. */
export function secretsManagerIn(environment: Environment): SecretsManager {
  return new SecretsManagerClient({
    endpoint: environment[ROTATION_ENVIRONMENT.SECRETS_MANAGER_ENDPOINT] || undefined,
    credentials: lambdaCredentials,
    maxAttempts: MAX_CALL_ATTEMPTS,
    requestHandler: { ...CALL_TIMEOUTS, requestTimeout: REQUEST_TIMEOUT_MS },
  });
}
