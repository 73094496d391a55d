import type { SimulatedCloud } from "../../state/cloud.ts";
import { ApiError } from "../../http/apiError.ts";
import type { HttpRequest } from "../../http/exchange.ts";
import { denial, sessionOf } from "./authorize.ts";
import { recordNeed, type RecordPlace } from "./recordNeeds.ts";

/**
 * Refuses an action of a service on a resource that is kept as a record, where the caller's rights are enforced and do
 * not allow it. Whether the resource is there plays no part, as at AWS.
 * @param code - the service's own name of the error
 */
export function refuseOnRecord(
  cloud: SimulatedCloud,
  { scope }: HttpRequest,
  place: RecordPlace,
  action: string,
  code: string,
  status = 403,
): void {
  const session = sessionOf(cloud, scope?.accessKeyId);
  if (session === undefined) return;
  const denied = denial(session, scope?.region ?? place.region, [recordNeed(cloud, place, action)]);
  if (denied !== undefined) throw new ApiError(code, denied, status);
}
