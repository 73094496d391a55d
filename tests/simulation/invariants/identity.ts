import { isStoppedInstance } from "./status.ts";
import { verdicts } from "../../../domain/status/verdict.ts";
import type { Evidence, Invariant, Violation } from "../evidence.ts";
import { truthOf } from "../../../rehearsal/truth.ts";

type Found = Omit<Violation, "invariant">;

function repeated(values: readonly string[]): readonly string[] {
  return [...Map.groupBy(values, (value) => value)].filter(([, same]) => same.length > 1).map(([value]) => value);
}

/** Every VM registers once, and every activation is used once. */
export const registrations: Invariant = {
  id: "registrations",
  claim: "every VM registers once as one node, and no activation is used twice",
  check: ({ journal, observations, scenario }) => {
    const registered = journal.filter((entry) => entry.kind === "onboarding" && entry.result === "registered");
    const at = scenario.span.end;
    const machines = registered.map((entry) => ("machine" in entry ? entry.machine : ""));
    const nodes = registered.map((entry) => ("nodeId" in entry ? (entry.nodeId ?? "") : ""));
    const used = observations.flatMap((observation) =>
      Object.entries(observation.registrations).flatMap(([id, count]): Found[] =>
        count > 1 ? [{ at: observation.at, subject: id, what: `activation used ${String(count)} times` }] : [],
      ),
    );
    return [
      ...repeated(machines).map((subject) => ({ at, subject, what: "registers more than once" })),
      ...repeated(nodes).map((subject) => ({ at, subject, what: "is the node of more than one VM" })),
      ...used,
    ];
  },
};

/** Machines that the stack patches. */
function expectedRows(evidence: Evidence): readonly string[] {
  const truth = truthOf(evidence);
  return [...truth.machines.values()]
    .filter((machine) => truth.groupOf(machine) !== undefined)
    .map((machine) => machine.spec.id);
}

/** Every server has one verdict. */
export const oneVerdict: Invariant = {
  id: "one-verdict",
  claim: "status has every server of the fleet that the stack patches exactly once, in one of the known verdicts",
  check: (evidence) => {
    const wanted = expectedRows(evidence);
    const { machines } = truthOf(evidence);
    const pasts = Map.groupBy(evidence.journal, (entry) => ("machine" in entry ? entry.machine : ""));
    return evidence.observations.flatMap(({ at, servers }): Found[] => {
      const ids = servers.map((server) => server.id);
      const known = new Set(ids);
      const rows = new Set(wanted);
      // A stopped instance is in no list, and of an Auto Scaling group nothing else names it.
      const stopped = (id: string): boolean => {
        const machine = machines.get(id);
        return machine !== undefined && isStoppedInstance(machine, pasts.get(id) ?? [], at);
      };
      return [
        ...repeated(ids).map((subject) => ({ at, subject, what: "stands in more than one row" })),
        ...wanted
          .filter((id) => !known.has(id) && !stopped(id))
          .map((subject) => ({ at, subject, what: "stands in no row" })),
        ...ids.filter((id) => !rows.has(id)).map((subject) => ({ at, subject, what: "stands in a row of its own" })),
        ...servers
          .filter(({ verdict }) => !verdicts.includes(verdict))
          .map(({ id, verdict }) => ({ at, subject: id, what: `has a verdict nobody knows: ${verdict}` })),
      ];
    });
  },
};
