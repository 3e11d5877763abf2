/** How long a call of an SDK client takes at most. Without the last, the SDK warns of an answer that is late, and waits on. */
export const CALL_TIMEOUTS = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };
