import { GetServiceSettingCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { paginateListServiceQuotas } from "@aws-sdk/client-service-quotas";
import type { Known } from "../../domain/drift/location.ts";
import type { Location } from "../../domain/plane.ts";
import { serviceQuotasClient } from "./clients.ts";
import { known } from "./known.ts";
import { allPages } from "../pages.ts";

const pageSize = 100;
const tierSetting = "/ssm/managed-instance/activation-tier";

/** The quotas of Systems Manager that AWS grants in a location, by quota code. */
export async function grantedQuotas(location: Location): Promise<Known<ReadonlyMap<string, number>>> {
  const client = serviceQuotasClient(location);
  try {
    return await known(location, async () => {
      const pages = await allPages(paginateListServiceQuotas({ client, pageSize }, { ServiceCode: "ssm" }));
      const quotas = pages.flatMap((page) => page.Quotas ?? []);
      return new Map(
        quotas.flatMap(({ QuotaCode, Value }) =>
          QuotaCode === undefined || Value === undefined ? [] : [[QuotaCode, Value]],
        ),
      );
    });
  } finally {
    client.destroy();
  }
}

/** The instance tier in force in a location: `standard` or `advanced`. */
export async function instanceTier(client: SSMClient, location: Location): Promise<Known<string>> {
  return known(location, async () => {
    const { ServiceSetting } = await client.send(new GetServiceSettingCommand({ SettingId: tierSetting }));
    return ServiceSetting?.SettingValue ?? "standard";
  });
}
