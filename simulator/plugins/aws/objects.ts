import { unsignedAuthorization, type AccessKeys } from "./authorization.ts";

/** What HeadObject tells of an object. */
export interface StoredObject {
  readonly etag: string;
  readonly contentType: string | undefined;
  readonly versionId: string | undefined;
  /** By name without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
}

const metadataPrefix = "x-amz-meta-";

/** The objects of S3, path style. */
export interface Objects {
  /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
  put(
    bucket: string,
    key: string,
    content: string | Uint8Array,
    headers: Readonly<Record<string, string>>,
  ): Promise<void>;
  /** Nothing when there is none. https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
  head(bucket: string, key: string): Promise<StoredObject | undefined>;
  /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
  delete(bucket: string, key: string): Promise<void>;
}

async function failed(doing: string, response: Response): Promise<Error> {
  const xml = await response.text();
  const code = /<Code>([^<]*)<\/Code>/.exec(xml)?.[1] ?? `HTTP ${String(response.status)}`;
  return new Error(`${doing}: ${code}: ${/<Message>([^<]*)<\/Message>/.exec(xml)?.[1] ?? "no message"}`);
}

/** Speaks to S3 at an endpoint, in a Region, with the given keys. */
export function openObjects(endpoint: string, region: string, keys: AccessKeys): Objects {
  const request = (method: string, bucket: string, key: string, init: RequestInit = {}): Promise<Response> => {
    const path = `/${encodeURIComponent(bucket)}/${key.split("/").map(encodeURIComponent).join("/")}`;
    const headers = new Headers(init.headers);
    headers.set("authorization", unsignedAuthorization(keys, region, "s3"));
    return fetch(new URL(path, endpoint), { ...init, method, headers });
  };
  return {
    put: async (bucket, key, content, headers) => {
      const body = typeof content === "string" ? content : new Blob([Uint8Array.from(content)]);
      const response = await request("PUT", bucket, key, { body, headers });
      if (!response.ok) {
        throw await failed(`uploading S3 Object (${key}) to Bucket (${bucket})`, response);
      }
      await response.arrayBuffer();
    },
    head: async (bucket, key) => {
      const response = await request("HEAD", bucket, key);
      if (response.status === 404) {
        return undefined;
      }
      if (!response.ok) {
        throw await failed(`reading S3 Object (${key}) of Bucket (${bucket})`, response);
      }
      return {
        etag: (response.headers.get("etag") ?? "").replaceAll('"', ""),
        contentType: response.headers.get("content-type") ?? undefined,
        versionId: response.headers.get("x-amz-version-id") ?? undefined,
        metadata: Object.fromEntries(
          [...response.headers].flatMap(([name, value]) =>
            name.startsWith(metadataPrefix) ? [[name.slice(metadataPrefix.length), value]] : [],
          ),
        ),
      };
    },
    delete: async (bucket, key) => {
      const response = await request("DELETE", bucket, key);
      if (!response.ok && response.status !== 404) {
        throw await failed(`deleting S3 Object (${key}) from Bucket (${bucket})`, response);
      }
      await response.arrayBuffer();
    },
  };
}
