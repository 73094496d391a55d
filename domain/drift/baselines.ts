import { baselineFields } from "../stack/baselineFields.ts";
import type { Finding } from "../fault.ts";
import { pairKey, type LiveBaseline, type LiveLocation } from "./location.ts";
import { compared, differing, isOwn, liveFinding, putBack, surplus, type LiveScope } from "./scope.ts";
import { baselineName } from "../stack/awsNames.ts";
import type { PlannedRegistration } from "../stack/plannedLocation.ts";
import { byKey } from "../text.ts";
import { placementOf } from "../fleet/placement.ts";
import type { Server } from "../server.ts";
import { operatingSystemOf } from "../server.ts";
import { joined, whichServers } from "../fleet/cohorts.ts";
import { takes } from "../values.ts";

function named(live: LiveLocation, name: string): readonly LiveBaseline[] {
  return live.baselines.filter((baseline) => baseline.name === name);
}

function ownFindings(scope: LiveScope): readonly Finding[] {
  return [...scope.planned.baselines].flatMap(([name, baseline]) => {
    const path = `baselines.${baseline.name}`;
    return compared(scope, { path, what: "patch baseline", name }, scope.live.baselines, ({ fields = {} }) =>
      differing(scope, path, baselineFields(baseline), fields),
    );
  });
}

/** Baselines and registrations that the stack has made and has no more. */
function surplusFindings(scope: LiveScope): readonly Finding[] {
  const { planned, live } = scope;
  const left = live.baselines.filter(({ name, tags }) => !planned.baselines.has(name) && isOwn(planned, tags));
  const names = new Map(live.baselines.map(({ id, name }) => [id, name]));
  const own = new Set(
    [...left, ...live.baselines.filter(({ name }) => planned.baselines.has(name))].map(({ id }) => id),
  );
  const wanted = new Set(planned.registrations.map(({ group, operatingSystem }) => pairKey(group, operatingSystem)));
  const registrations = live.registrations.filter(
    ({ group, operatingSystem, baselineId }) => own.has(baselineId) && !wanted.has(pairKey(group, operatingSystem)),
  );
  return [
    ...left.map(({ id, name }) => surplus(scope, { path: `baselines.${id}`, what: "patch baseline", name })),
    ...registrations.map(({ group, operatingSystem, baselineId }) =>
      liveFinding("live-drift", scope, {
        path: `groups.${group}.baselines.${operatingSystem}`,
        message: "one of the stack's baselines is registered for a group that does not choose it",
        value: names.get(baselineId) ?? baselineId,
        fix: "deregister it by hand, if no other stack has the group",
      }),
    ),
  ];
}

/** Ids that stand for an intended baseline: that of AWS's own, or of every one of the stack's name. */
function intendedIds({ plane, location, live }: LiveScope, name: string): readonly string[] {
  const predefined = location.predefinedBaselines[name];
  return predefined === undefined
    ? named(live, baselineName(plane.environment, name)).map(({ id }) => id)
    : [predefined];
}

function shownBaseline({ location, live }: LiveScope, id: string): string {
  const own = live.baselines.find((baseline) => baseline.id === id)?.name;
  const predefined = Object.entries(location.predefinedBaselines).find(([, arn]) => arn === id)?.[0];
  const name = own ?? predefined;
  return name === undefined ? id : `${name} (${id})`;
}

function serversOf({ plane, location }: LiveScope, pair: PlannedRegistration): readonly Server[] {
  const servers = placementOf(plane).get(location.name)?.get(pair.group) ?? [];
  return servers.filter((server) => operatingSystemOf(server) === pair.operatingSystem);
}

/** Servers whose last scan or installation went by another baseline than the intended, by that baseline's id. */
function otherwiseScanned(
  { live }: LiveScope,
  pair: PlannedRegistration,
  intended: readonly string[],
): ReadonlyMap<string, readonly Server[]> {
  const found = live.servers.flatMap(({ server, node }) => {
    const id = live.states.get(node?.id ?? "")?.baselineId ?? "";
    const concerned = server.patchGroup === pair.group && operatingSystemOf(server) === pair.operatingSystem;
    return concerned && id !== "" && !intended.includes(id) ? [{ id, server }] : [];
  });
  const byId = Map.groupBy(found, ({ id }) => id);
  return new Map([...byId].map(([id, members]) => [id, joined([[...new Set(members.map(({ server }) => server))]])]));
}

function pairFindings(scope: LiveScope, pair: PlannedRegistration): readonly Finding[] {
  const { live } = scope;
  const path = `groups.${pair.group}.baselines.${pair.operatingSystem}`;
  const intended = intendedIds(scope, pair.baseline);
  const used = live.used.get(pairKey(pair.group, pair.operatingSystem));
  const wrong = used !== undefined && !intended.includes(used);
  const servers = serversOf(scope, pair);
  const who = servers.length === 0 ? "the group's servers of that OS" : whichServers(servers);
  const registered = wrong
    ? [
        liveFinding("live-baseline", scope, {
          path,
          message: `AWS goes by another baseline for ${who}`,
          value: shownBaseline(scope, used),
          allowed: pair.baseline,
          fix: putBack,
        }),
      ]
    : [];
  const scanned = [...otherwiseScanned(scope, pair, intended)]
    .filter(([id]) => !wrong || id !== used)
    .toSorted(byKey)
    .map(([id, those]) =>
      liveFinding("live-baseline", scope, {
        path,
        message: `${whichServers(those)} went by another baseline the last time`,
        value: shownBaseline(scope, id),
        allowed: pair.baseline,
        fix: "scan them once the group's baseline is registered, and compare their PatchGroup tag with the fleet file",
      }),
    );
  return [...registered, ...scanned];
}

function defaultFindings(scope: LiveScope): readonly Finding[] {
  return scope.planned.defaults.flatMap(({ name, operatingSystem }) => {
    const id = scope.live.defaults.get(operatingSystem);
    if (id === undefined || intendedIds(scope, name).includes(id)) return [];
    return [
      liveFinding("live-baseline", scope, {
        path: `baselines.${name}.default`,
        message: `${operatingSystem} has another default baseline`,
        value: shownBaseline(scope, id),
        allowed: name,
        fix: putBack,
      }),
    ];
  });
}

/** Findings about baselines: missing, changed, left over, of one name; and those that AWS really goes by. */
export function baselineFindings(scope: LiveScope, groups: readonly string[] | undefined): readonly Finding[] {
  const pairs = scope.planned.registrations.filter(({ group }) => takes(groups, group));
  return [
    ...ownFindings(scope),
    ...surplusFindings(scope),
    ...pairs.flatMap((pair) => pairFindings(scope, pair)),
    ...defaultFindings(scope),
  ];
}
