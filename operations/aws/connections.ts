/**
 * A dead endpoint fails within seconds, a hanging one within a minute per attempt. The SDK knows no proxy of its own,
 * Node.js does (`HTTPS_PROXY`, `NO_PROXY`; from 24.5 on).
 * https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/node-configuring-proxies.html
 * https://nodejs.org/docs/latest-v24.x/api/http.html#built-in-proxy-support
 */
export const requestHandler = {
  connectionTimeout: 5_000,
  requestTimeout: 60_000,
  throwOnRequestTimeout: true,
  httpsAgent: { proxyEnv: process.env },
};

/** Attempts of one call. */
export const maxAttempts = 6;
