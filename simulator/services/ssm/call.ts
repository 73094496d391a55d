import type { SimulatedCloud } from "../../state/cloud.ts";
import type { RegionState } from "../../state/region.ts";

/** What an operation works on: the cloud, and the caller's account and Region. */
export interface Call {
  readonly cloud: SimulatedCloud;
  readonly region: RegionState;
  /** ARN shown as the caller in what it makes. */
  readonly callerArn: string;
  /** Access key id of the signature; undefined for an unsigned call. */
  readonly accessKeyId: string | undefined;
}

/**
 * The operations of one family, by API name. The dispatcher has checked the request against the API model, so each
 * may name its own request type.
 */
export type OperationTable = Readonly<Record<string, (call: Call, request: never) => object | Promise<object>>>;
