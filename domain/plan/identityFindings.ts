import { finding } from "../checks/checkTable.ts";
import type { Finding } from "../fault.ts";
import { machineCount, serversAt } from "../fleet/placement.ts";
import type { Plane } from "../plane.ts";
import { counted } from "../text.ts";

/** The key under which a version has the same thing as an older key had, where that is gone. */
function renamed<T>(
  before: Readonly<Record<string, T>>,
  after: Readonly<Record<string, T>>,
  same: (a: T, b: T) => boolean,
): readonly { readonly from: string; readonly to: string }[] {
  return Object.entries(before).flatMap(([from, was]) => {
    if (after[from] !== undefined) return [];
    const to = Object.entries(after).find(([key, is]) => before[key] === undefined && same(was, is))?.[0];
    return to === undefined ? [] : [{ from, to }];
  });
}

function environmentFindings(before: Plane, after: Plane): readonly Finding[] {
  if (before.environment === after.environment || before.fleet.length === 0) return [];
  return [
    finding("identity", {
      path: "environment",
      message:
        `renamed from ${before.environment}: every role, bucket, baseline, window and document gets another name, so that ` +
        `the hybrid nodes' role and the log bucket are deleted and made anew: ${counted(machineCount(before.fleet), "server")}, ` +
        "of which the hybrid nodes lose their credentials",
      value: after.environment,
      fix: "keep the name; or make the new environment beside it, move the rows over, and take the old one away",
    }),
  ];
}

function locationFindings(before: Plane, after: Plane): readonly Finding[] {
  const keys = renamed(
    before.locations,
    after.locations,
    (a, b) => a.accountId === b.accountId && a.region === b.region,
  ).map(({ from, to }) => ({
    key: to,
    from,
    path: `locations.${to}`,
    message: `renamed from ${from}`,
    fix: `keep the key ${from}: it is a name in AWS, not a label`,
  }));
  const moved = Object.values(after.locations).flatMap((location) => {
    const was = before.locations[location.name];
    if (was === undefined) return [];
    return (["accountId", "region"] as const)
      .filter((field) => was[field] !== location[field])
      .map((field) => ({
        key: location.name,
        from: location.name,
        path: `locations.${location.name}.${field}`,
        message: `changed from ${was[field]}`,
        fix: "make a location of another key for it, and move the rows over",
      }));
  });
  return [...keys, ...moved].map(({ key, from, path, message, fix }) => {
    const servers = machineCount(serversAt(before, from));
    const anew = `${message}: its windows, baselines, roles and bucket are deleted and made anew`;
    return finding("identity", {
      path,
      message:
        servers === 0
          ? `${anew}, and up fails on each that has the old one's name, which it would make first`
          : `${anew}, and nodes that registered there lose their role: ${counted(servers, "server")}`,
      fix: servers === 0 ? "take the location out and run up, then bring it in as it is to be" : fix,
      about: { location: key },
    });
  });
}

function subscriptionFindings(before: Plane, after: Plane): readonly Finding[] {
  const keys = renamed(before.subscriptions, after.subscriptions, (a, b) => a.subscriptionId === b.subscriptionId).map(
    ({ from, to }) => ({
      key: to,
      from,
      path: `subscriptions.${to}`,
      message: `renamed from ${from}`,
      fix: `keep the key ${from}: it is part of the name of every VM's activation and extension`,
    }),
  );
  const moved = Object.values(after.subscriptions).flatMap((subscription) => {
    const was = before.subscriptions[subscription.name];
    if (was === undefined) return [];
    return (["subscriptionId", "location"] as const)
      .filter((field) => was[field] !== subscription[field])
      .map((field) => ({
        key: subscription.name,
        from: subscription.name,
        path: `subscriptions.${subscription.name}.${field}`,
        message: `changed from ${was[field]}`,
        fix: "make a subscription of another key for it, and move the rows over; nodes that are registered stay where they are",
      }));
  });
  return [...keys, ...moved].flatMap(({ key, from, path, message, fix }) => {
    const servers = before.fleet.filter((server) => server.cloud === "azure" && server.site === from);
    if (servers.length === 0) return [];
    return [
      finding("identity", {
        path,
        message:
          `${message}: activation and extension of ${counted(servers.length, "VM")} are made anew, which Azure refuses ` +
          "where they are there, and a node that is registered already keeps its old place",
        fix,
        about: { subscription: key },
      }),
    ];
  });
}

/** Inputs that names are made of: their change replaces what nodes depend on, or leaves it behind. */
export function identityFindings(before: Plane, after: Plane): readonly Finding[] {
  const environment = environmentFindings(before, after);
  // What a new environment makes anew anyway has nothing to add.
  if (environment.length > 0) return environment;
  return [...locationFindings(before, after), ...subscriptionFindings(before, after)];
}
