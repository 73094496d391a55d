import type { SSM } from "@aws-sdk/client-ssm";
import type { Checked } from "../../state/checked.ts";
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

/** The SDK's name of an operation, e.g. `createActivation`. */
type Method = Exclude<
  Extract<keyof SSM, string>,
  "config" | "destroy" | "middlewareStack" | "send" | `paginate${string}`
>;
/** A checked request of an operation. */
type Asked<Name extends string> =
  Uncapitalize<Name> extends Method
    ? Checked<NonNullable<Parameters<Extract<SSM[Uncapitalize<Name>], (...given: never[]) => unknown>>[0]>>
    : never;

/** Operations of the public API by name. The dispatcher has checked a request against the API model. */
export type OperationTable = {
  readonly [Name in Capitalize<Method>]?: (call: Call, request: Asked<Name>) => object | Promise<object>;
};

/** Operations that the agent alone knows, so that each names its own request. */
export type AgentOperationTable = Readonly<Record<string, (call: Call, request: never) => object | Promise<object>>>;
