import { setTimeout as sleep } from "node:timers/promises";
import { valuesFromWire, toWire, isRecord, type Values } from "../values.ts";

/** API version that azure-native 3.28 uses for Compute. */
export const apiVersion = "2024-11-01";

/** An answer of Azure Resource Manager that is an error. */
export class ArmError extends Error {
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(`Status=${String(status)} Code="${code}" Message="${message}"`);
    this.name = "ArmError";
    this.status = status;
  }
}

/** An operation that was accepted and then failed: the resource is there, in a failed state. */
export class OperationFailed extends Error {
  /** Azure's error code, e.g. `VMExtensionProvisioningError`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(`Code="${code}" Message="${message}"`);
    this.name = "OperationFailed";
    this.code = code;
  }
}

/** Azure Resource Manager, as far as one subscription's resources need it. */
export interface ResourceManager {
  /** Nothing when there is none. */
  get(path: string): Promise<Values | undefined>;
  /** Creates or updates, and waits for the end of it. Throws {@link OperationFailed} when it ends badly. */
  put(path: string, body: Values): Promise<void>;
  /** Deletes, and waits for the end of it; what is gone already is no fault. */
  delete(path: string): Promise<void>;
}

function errorOf(body: Values): { readonly code: string; readonly message: string } {
  const error = isRecord(body["error"]) ? body["error"] : {};
  const { code, message } = error;
  return {
    code: typeof code === "string" ? code : "Unknown",
    message: typeof message === "string" ? message : "no message",
  };
}

async function bodyOf(response: Response): Promise<Values> {
  const text = await response.text();
  return text === "" ? {} : valuesFromWire(JSON.parse(text));
}

async function accepted(response: Response): Promise<Response> {
  if (response.ok) {
    return response;
  }
  const { code, message } = errorOf(await bodyOf(response));
  throw new ArmError(response.status, code, message);
}

const secondMs = 1000;

/**
 * Follows an asynchronous operation to its end.
 * https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations
 */
async function finished(started: Response, request: (url: string) => Promise<Response>): Promise<void> {
  const operation = started.headers.get("azure-asyncoperation");
  await started.arrayBuffer();
  let wait = Number(started.headers.get("retry-after") ?? 0);
  while (operation !== null) {
    await sleep(wait * secondMs);
    const response = await accepted(await request(operation));
    wait = Number(response.headers.get("retry-after") ?? 0);
    const body = await bodyOf(response);
    const { status } = body;
    if (status === "Succeeded") {
      return;
    }
    if (status === "Failed" || status === "Canceled") {
      const { code, message } = errorOf(body);
      throw new OperationFailed(code, message);
    }
  }
}

/** Speaks to Azure Resource Manager at an endpoint. The embedded cloud does not look at tokens, so none is fetched. */
export function resourceManager(endpoint: string): ResourceManager {
  const request = (url: string, init: RequestInit = {}): Promise<Response> => {
    const headers = { authorization: "Bearer embedded", "content-type": "application/json" };
    return fetch(url, { ...init, headers });
  };
  const at = (path: string): string => new URL(`${path}?api-version=${apiVersion}`, endpoint).toString();
  return {
    get: async (path) => {
      const response = await request(at(path));
      if (response.status === 404) {
        await response.arrayBuffer();
        return undefined;
      }
      return bodyOf(await accepted(response));
    },
    put: async (path, body) => {
      const response = await request(at(path), { method: "PUT", body: JSON.stringify(toWire(body)) });
      await finished(await accepted(response), request);
    },
    delete: async (path) => {
      const response = await request(at(path), { method: "DELETE" });
      if (response.status === 404) {
        await response.arrayBuffer();
        return;
      }
      await finished(await accepted(response), request);
    },
  };
}
