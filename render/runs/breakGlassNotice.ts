import type { Location } from "../../domain/plane.ts";
import type { BreakGlass } from "../../domain/runs/breakGlass.ts";
import type { Run } from "../../domain/runs/runRecord.ts";
import { counted, firstOf } from "../../domain/text.ts";

const subjectLength = 100;
/** Servers that are named; the others are counted, and in the record. */
const mostNamed = 200;

/**
 * What the topic of a location is told when the approvals of its servers are passed over, before anything is installed.
 * The subject has at most 100 printable ASCII characters, which is what SNS takes; the text a few kilobytes.
 */
export function breakGlassNotice(
  run: Run,
  { name, accountId, region }: Pick<Location, "name" | "accountId" | "region">,
  { reason, callers, servers }: BreakGlass,
): { readonly subject: string; readonly text: string } {
  const here = run.targets.filter(({ location, node }) => location === name && node !== "");
  const passedOver = here.filter(({ server }) => servers.includes(server));
  const named = passedOver.map((target) => `${target.name} (${target.node}, ${target.group})`);
  const others = here.length - passedOver.length;
  const lines = [
    `Stack ${run.stack}, location ${name} (${accountId}, ${region}): the break-glass role installs now on ` +
      `${counted(passedOver.length, "server")} of reviewed groups what nobody has approved.`,
    "",
    `Why: ${reason}`,
    `Who: ${run.who.arn ?? `not known (${run.who.failure ?? ""})`}`,
    `As: ${callers.find(({ location }) => location === name)?.arn ?? "not known"}`,
    `Run: ${run.id}, begun ${run.at}; its record is in the location's bucket, below runs/${run.id}/`,
    `On: ${firstOf(named, mostNamed)}`,
    ...(others === 0 ? [] : [`And on ${counted(others, "server")} that no review is needed for.`]),
    "",
    `If nobody should: npx patchplane stop --stack ${run.stack} ends it.`,
  ];
  const subject = `patchplane ${run.stack}: break-glass installation in ${name}`;
  return { subject: subject.slice(0, subjectLength), text: `${lines.join("\n")}\n` };
}
