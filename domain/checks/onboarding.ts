import { finding } from "./checkTable.ts";
import type { Finding } from "../fault.ts";
import { whichServers } from "../fleet/cohorts.ts";
import { newestScript, scriptVersion, supersededBecause } from "../fleet/onboardingScripts.ts";
import type { Plane } from "../plane.ts";

/** Who would register by an onboarding script that a newer one has replaced: one finding per subscription and version. */
export function checkOnboardingScripts(plane: Plane): readonly Finding[] {
  const rows = plane.fleet.flatMap((server) => {
    const managed = plane.groups[server.patchGroup]?.kind !== "elsewhere";
    const reason = server.azure === undefined ? undefined : supersededBecause(server.azure.onboardingScript);
    return managed && server.azure !== undefined && reason !== undefined
      ? [{ server, reason, version: scriptVersion(server.azure.onboardingScript) }]
      : [];
  });
  return [...Map.groupBy(rows, ({ server, version }) => `${server.site} ${version}`).values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const { server, reason, version } = first;
    return [
      finding("onboarding-script", {
        path: "fleet",
        line: server.line,
        about: { subscription: server.site, server: server.id },
        message: `${whichServers(members.map((member) => member.server))} of subscription ${server.site} with script ${version}: ${reason}`,
        value: version,
        allowed: newestScript,
        fix: "name it in the rows that are still to register; on a registered VM it runs once more and changes nothing",
      }),
    ];
  });
}
