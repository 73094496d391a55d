/** Who signed a request, for which Region and service: read from the signature's scope, never verified. */
export interface SignatureScope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

const scopePattern = /Credential=([^/,\s]+)\/\d{8}\/([^/,\s]+)\/([^/,\s]+)\/aws4_request/;

/**
 * Reads the credential scope of a Signature Version 4 `Authorization` header; undefined when there is none.
 *
 * Signatures themselves are not verified: the embedded cloud listens on the loopback address only and keeps no
 * secret. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signatureScope(authorization: string | undefined): SignatureScope | undefined {
  const match = scopePattern.exec(authorization ?? "");
  if (match === null) return undefined;
  const [, accessKeyId, region, service] = match;
  if (accessKeyId === undefined || region === undefined || service === undefined) return undefined;
  return { accessKeyId, region, service };
}

const base32Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const letterBits = 5n;
const encodedLetters = 16;
const accountShift = 39n;
const accountMask = (1n << 40n) - 1n;

/**
 * A temporary access key id (`ASIA` and 16 letters) that carries its account in the same bits as AWS's own, so that
 * keys need no store. `serial` fills the other bits and tells keys of one account apart.
 */
export function temporaryKeyId(accountId: string, serial: number): string {
  const bits = (1n << 79n) | (BigInt(accountId) << accountShift) | (BigInt(serial) & ((1n << accountShift) - 1n));
  let letters = "";
  for (let position = encodedLetters - 1; position >= 0; position -= 1) {
    letters += base32Letters.charAt(Number((bits >> (BigInt(position) * letterBits)) & 31n));
  }
  return `ASIA${letters}`;
}

/** The account a temporary access key id carries; undefined for a key of another form. */
export function accountOfKeyId(accessKeyId: string): string | undefined {
  if (!/^ASIA[A-Z2-7]{16}$/.test(accessKeyId)) return undefined;
  let bits = 0n;
  for (const letter of accessKeyId.slice(4)) bits = (bits << letterBits) | BigInt(base32Letters.indexOf(letter));
  return ((bits >> accountShift) & accountMask).toString().padStart(12, "0");
}
