import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Environment } from './environment';
import { lambdaCredentials } from './lambda-credentials';
import { ROTATION_ENVIRONMENT } from '../../../src/rotation/contract/environment';

export type SecretsManager = Pick<SecretsManagerClient, 'send'>;

/** Without the last, the SDK warns of an answer that is late, and waits on. */
const CALL_TIMEOUTS = { connectionTimeout: 2_000, requestTimeout: 3_000, throwOnRequestTimeout: true };
const MAX_CALL_ATTEMPTS = 5;

/** The real client. It retries throttling by itself; each call ends in time for an explanation. */
export function secretsManagerIn(environment: Environment): SecretsManager {
  return new SecretsManagerClient({
    endpoint: environment[ROTATION_ENVIRONMENT.SECRETS_MANAGER_ENDPOINT] || undefined,
    credentials: lambdaCredentials,
    maxAttempts: MAX_CALL_ATTEMPTS,
    requestHandler: CALL_TIMEOUTS,
  });
}
