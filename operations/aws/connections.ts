/** A dead endpoint fails within seconds, a hanging one within a minute per attempt. */
export const requestHandler = { connectionTimeout: 5_000, requestTimeout: 60_000, throwOnRequestTimeout: true };

/** Attempts of one call. */
export const maxAttempts = 6;
