/** Keys a request is made with. */
export interface AccessKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * A Signature Version 4 `Authorization` header that carries the caller and the scope but no valid signature: the
 * embedded cloud routes by the scope and verifies no signatures, so these requests cannot work anywhere else.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function unsignedAuthorization(keys: AccessKeys, region: string, service: string): string {
  const scope = `${keys.accessKeyId}/19700101/${region}/${service}/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${"0".repeat(64)}`;
}
