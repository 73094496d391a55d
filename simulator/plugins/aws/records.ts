import { unsignedAuthorization, type AccessKeys } from "./authorization.ts";
import { valuesFromWire, toWire, type Values } from "../values.ts";

/**
 * Resources the embedded cloud does not emulate: it keeps what it is given, per account and Region, and answers it
 * back. No service's rules stand behind them but those the tables of this folder write down.
 */
export interface Records {
  get(type: string, id: string): Promise<Values | undefined>;
  put(type: string, id: string, record: Values): Promise<void>;
  /** True when there was one. */
  delete(type: string, id: string): Promise<boolean>;
}

async function failure(response: Response, url: string): Promise<Error> {
  const text = await response.text();
  // A denial, or a conflict, in the words of the service whose record it is.
  if (response.status === 403 || response.status === 409)
    return new Error((JSON.parse(text) as { readonly error: string }).error);
  return new Error(`${url} answered ${String(response.status)}: ${text}`);
}

/** The caller of a record: whose rights decide, and the Region that is asked. */
export interface RecordCaller {
  readonly keys: AccessKeys;
  readonly region: string;
}

/** The records of one account and Region at the embedded cloud's control address. */
export function openRecords(endpoint: string, accountId: string, region: string, caller: RecordCaller): Records {
  const headers = { authorization: unsignedAuthorization(caller.keys, caller.region, "records") };
  const at = (type: string, id: string): string =>
    new URL(
      `/_patchplane/records/${[accountId, region, type, id].map(encodeURIComponent).join("/")}`,
      endpoint,
    ).toString();
  return {
    get: async (type, id) => {
      const response = await fetch(at(type, id), { headers });
      if (response.status === 404) {
        await response.arrayBuffer();
        return undefined;
      }
      if (!response.ok) {
        throw await failure(response, at(type, id));
      }
      return valuesFromWire(await response.json());
    },
    put: async (type, id, record) => {
      const response = await fetch(at(type, id), {
        method: "PUT",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(toWire(record)),
      });
      if (!response.ok) {
        throw await failure(response, at(type, id));
      }
      await response.arrayBuffer();
    },
    delete: async (type, id) => {
      const response = await fetch(at(type, id), { method: "DELETE", headers });
      if (!response.ok && response.status !== 404) {
        throw await failure(response, at(type, id));
      }
      await response.arrayBuffer();
      return response.status !== 404;
    },
  };
}
