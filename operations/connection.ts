const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was reset",
  ENOTFOUND: "DNS knows no such name",
  EAI_AGAIN: "DNS does not answer",
  EHOSTUNREACH: "no route to it",
  ENETUNREACH: "no route to it",
  ETIMEDOUT: "it does not answer",
};

/** An error and everything it was caused by, outermost first. */
function chain(error: unknown): readonly Error[] {
  if (!(error instanceof Error)) return [];
  const inner = error instanceof AggregateError ? (error.errors as readonly unknown[]).flatMap(chain) : [];
  return [error, ...inner, ...chain(error.cause)];
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

/** Codes of Node.js and OpenSSL for a certificate that nobody vouches for whom this machine trusts. */
const untrusted = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);
const outOfTime = new Set(["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"]);

/** What to do about a proxy that answers 407. */
export const proxySignIn =
  "the proxy wants a sign-in (407): put user and password into HTTPS_PROXY (http://user:password@host:port)";

/** What Node.js says of a proxy that opens no way: the proxy's own status line stands at its end. */
function proxyFault({ message }: Error): string {
  const [said = "it gives no reason"] = /HTTP\/1\.[01] .+$/.exec(message) ?? [];
  return / 407\b/.test(said)
    ? proxySignIn
    : `the proxy lets nothing through (${said}); look at HTTPS_PROXY and NO_PROXY`;
}

function faultOf(error: Error): string | undefined {
  const code = codeOf(error);
  const words = unreachable[code];
  if (words !== undefined) return `the endpoint cannot be reached: ${words} (${code})`;
  if (error.name === "TimeoutError") return "the endpoint cannot be reached: it does not answer in time";
  if (code === "ERR_PROXY_TUNNEL") return proxyFault(error);
  if (untrusted.has(code))
    return `the certificate of what answers is not trusted (${code}): where a proxy opens TLS, name the file of its authority in NODE_EXTRA_CA_CERTS`;
  if (outOfTime.has(code)) return `a certificate is not valid today (${code}): see that this machine's clock is right`;
  return undefined;
}

/** Why a connection could not be made, in words; undefined when that is not what happened. */
export function connectionFault(error: unknown): string | undefined {
  for (const each of chain(error)) {
    const fault = faultOf(each);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** One line of an error's own words, without what is longer than a screen. */
export function plainMessage(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= 300 ? line : `${line.slice(0, 300)}…`;
}
