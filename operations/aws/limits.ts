import {
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  ResourceNotFoundException,
  type LambdaClient,
} from "@aws-sdk/client-lambda";
import { GetServiceSettingCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { paginateListServiceQuotas } from "@aws-sdk/client-service-quotas";
import type { Known, LambdaConcurrency } from "../../domain/drift/location.ts";
import type { Location } from "../../domain/plane.ts";
import { lambdaClient, serviceQuotasClient } from "./clients.ts";
import { known } from "./known.ts";
import { allPages } from "../pages.ts";

const pageSize = 100;
const defaultHostSetting = "/ssm/managed-instance/default-ec2-instance-management-role";
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

/** Path and name of the role of Default Host Management in a location; empty where it is off. */
export async function defaultHostRole(client: SSMClient): Promise<string> {
  const { ServiceSetting } = await client.send(new GetServiceSettingCommand({ SettingId: defaultHostSetting }));
  const { SettingValue: role = "" } = ServiceSetting ?? {};
  return role === "$None" ? "" : role;
}

/** The instance tier in force in a location: `standard` or `advanced`. */
export async function instanceTier(client: SSMClient, location: Location): Promise<Known<string>> {
  return known(location, async () => {
    const { ServiceSetting } = await client.send(new GetServiceSettingCommand({ SettingId: tierSetting }));
    return ServiceSetting?.SettingValue ?? "standard";
  });
}

/** What a function has to itself; 0 also where there is none yet. */
async function reservedFor(client: LambdaClient, FunctionName: string): Promise<number> {
  try {
    const { ReservedConcurrentExecutions } = await client.send(new GetFunctionConcurrencyCommand({ FunctionName }));
    return ReservedConcurrentExecutions ?? 0;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return 0;
    throw error;
  }
}

/** Lambda's concurrent executions in a location, and what of them a function has to itself. */
export async function lambdaConcurrency(location: Location, functionName: string): Promise<Known<LambdaConcurrency>> {
  const client = lambdaClient(location);
  try {
    return await known(location, async () => {
      const { AccountLimit } = await client.send(new GetAccountSettingsCommand());
      const { ConcurrentExecutions: granted, UnreservedConcurrentExecutions: unreserved } = AccountLimit ?? {};
      if (granted === undefined || unreserved === undefined) throw new Error("AWS does not tell the account's limit");
      return { granted, unreserved, own: await reservedFor(client, functionName) };
    });
  } finally {
    client.destroy();
  }
}
