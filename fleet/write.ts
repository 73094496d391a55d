import { stringify } from "csv-stringify/sync";
import type { Subscription } from "../domain/plane.ts";
import type { Server } from "../domain/server.ts";
import { fleetColumnNames, type FleetRow } from "./schema.ts";
import { byText } from "../domain/text.ts";

/** The subscriptions' own methods, which a row leaves out. */
export type OnboardingMethods = Readonly<Record<string, Pick<Subscription, "onboarding">>>;

/** A server's row as text. */
export function toRow(server: Server, subscriptions: OnboardingMethods): FleetRow {
  const { azure } = server;
  const usual = subscriptions[server.site]?.onboarding;
  return {
    id: server.id,
    name: server.name,
    cloud: server.cloud,
    site: server.site,
    region: server.region,
    os: server.os,
    release: server.release,
    arch: server.arch,
    patch_group: server.patchGroup,
    environment: server.environment,
    business_unit: server.businessUnit,
    owner: server.owner,
    vm_id: azure?.vmId ?? "",
    onboarding_method: azure === undefined || azure.onboardingMethod === usual ? "" : azure.onboardingMethod,
    onboarding_script: azure?.onboardingScript ?? "",
    onboarding_attempt: azure === undefined ? "" : String(azure.onboardingAttempt),
    size: server.size === 1 ? "" : String(server.size),
  };
}

/** What rows are sorted by. */
export function sortKey(server: Pick<Server, "id" | "site"> & { readonly cloud: string }): string {
  return `${server.cloud}\n${server.site}\n${server.id}`;
}

/**
 * The fleet file of servers: fixed columns, sorted by cloud, site and id, line feeds, quotes only where CSV needs them;
 * so the same servers give the same bytes, and one more server is one more line.
 * @param subscriptions - whose method is left out of rows that use it
 */
export function writeFleet(servers: readonly Server[], subscriptions: OnboardingMethods = {}): string {
  const keyed = servers.map((server) => ({ key: sortKey(server), server }));
  keyed.sort((a, b) => byText(a.key, b.key));
  const rows = keyed.map(({ server }) => toRow(server, subscriptions));
  return stringify(rows, { header: true, columns: [...fleetColumnNames], record_delimiter: "\n" });
}
