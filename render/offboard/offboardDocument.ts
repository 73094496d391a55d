import type { Leaving, OffboardReason, Offboarding } from "../../domain/discover/offboard.ts";
import { onboardingResourceName } from "../../domain/onboarding/payload.ts";
import type { ActionResult } from "../../domain/runs/runRecord.ts";
import { counted } from "../../domain/text.ts";
import { minuteText } from "../../domain/time.ts";
import { again, type Place } from "../commands.ts";
import {
  heading,
  item,
  lines,
  paragraph,
  said,
  words,
  type Block,
  type Document,
  type Item,
  type Words,
} from "../document.ts";
import { unreadBlocks, type Unread } from "../unread.ts";

const reasons: Readonly<Record<OffboardReason, string>> = {
  left: "its VM is in no fleet file",
  orphan: "Azure has no such VM",
  duplicate: "its VM has a better node",
};

function heard({ pingStatus, lastPingAt }: Leaving["node"]): string {
  const since = lastPingAt === undefined ? "" : `, heard last ${minuteText(lastPingAt)}`;
  return `${pingStatus}${since}`;
}

function leavingItem({ node, location, reason, vm, vmId }: Leaving): Item {
  const of = vm === undefined ? words`vmId ${vmId}` : words`VM ${vm.name} in ${vm.resourceGroup}`;
  return item(words`${node.id} ${node.name} (${location}): ${said(reasons[reason])}`, [
    words`${of}; ${said(heard(node))}`,
  ]);
}

/** What the machine itself needs: this command runs nothing on a VM. */
function vmLines(leaving: readonly Leaving[]): readonly Block[] {
  const vms = leaving.flatMap(({ vm, reason }) => (vm === undefined || reason === "duplicate" ? [] : [vm]));
  if (vms.length === 0) return [];
  const at = (vm: (typeof vms)[number]): string => `--resource-group ${vm.resourceGroup} --vm-name ${vm.name}`;
  return heading("Left on the VMs, to be typed where it is wanted: docs/onboarding.md", [
    ...lines(
      vms.map((vm) => words`${`az vm extension delete ${at(vm)} --name ${onboardingResourceName}`}`),
      { noun: "VMs" },
    ),
  ]);
}

function common({ staying }: Offboarding, unread: readonly Unread[]): readonly Block[] {
  return [
    ...unreadBlocks(unread),
    ...heading(
      `Stays (${String(staying.length)})`,
      lines(
        staying.map(({ node, location, why }) => words`${node.id} ${node.name} (${location}): ${said(why)}`),
        { noun: "nodes" },
      ),
    ),
  ];
}

/** What an offboarding would do, and why the others stay. */
export function offboardPlanDocument(place: Place, offboarding: Offboarding, unread: readonly Unread[]): Document {
  const { leaving } = offboarding;
  const next: readonly Words[] =
    leaving.length === 0
      ? []
      : [words`to deregister them: ${again("npx patchplane offboard", '--apply --reason "..."', place)}`];
  return {
    title: words`stack ${place.stack}: nodes that no server stands behind`,
    blocks: [
      ...heading(`To deregister (${String(leaving.length)})`, lines(leaving.map(leavingItem), { noun: "nodes" })),
      ...common(offboarding, unread),
      ...vmLines(leaving),
      paragraph(leaving.length === 0 ? "there is nothing to deregister" : counted(leaving.length, "node")),
      ...next.map(paragraph),
    ],
  };
}

/** What came of an offboarding. */
export interface Offboarded {
  readonly results: readonly ActionResult[];
  /** Path of the record, from the project's root. */
  readonly record: string;
  /** Locations whose bucket did not take the record. */
  readonly unkept: readonly { readonly location: string; readonly failure: string }[];
}

/** What came of an offboarding, node by node where it was not done. */
export function offboardedDocument(
  place: Place,
  offboarding: Offboarding,
  { results, record, unkept }: Offboarded,
  unread: readonly Unread[],
): Document {
  const failed = results.filter(({ outcome }) => outcome !== "done");
  const done = results.length - failed.length;
  return {
    title: words`stack ${place.stack}: ${said(counted(done, "node"))} deregistered`,
    blocks: [
      ...heading(
        "Not deregistered",
        lines(
          failed.map(
            ({ id, name, location, outcome, failure }) =>
              words`${id} ${name} (${location}), ${said(outcome === "refused" ? "refused" : "not known to be done")}: ${said(failure ?? "")}`,
          ),
        ),
      ),
      ...common(offboarding, unread),
      ...vmLines(offboarding.leaving),
      ...lines(unkept.map(({ location, failure }) => words`${location} did not keep the record: ${said(failure)}`)),
      paragraph(words`on record in ${record}: commit it`),
    ],
  };
}
