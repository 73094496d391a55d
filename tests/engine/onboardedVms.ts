import { DescribeInstanceInformationCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { EngineFixture } from "./engineFixture.ts";

const subscription = "/subscriptions/00000000-0000-4000-8000-00000000000a";

/** ARM id of a VM of the onboarding fixture. */
export function vmId(name: string): string {
  return `${subscription}/resourcegroups/rg-apps/providers/microsoft.compute/virtualmachines/${name}`;
}

/** Raises the attempt of a VM's row. */
export function raiseAttempt(fixture: EngineFixture, name: string, from: number): Promise<void> {
  const row = new RegExp(`(^.*,${name},azure,.*,v2),${String(from)},`, "m");
  return fixture.edit("fleet/test.csv", row, `$1,${String(from + 1)},`);
}

/** Ids of the hybrid nodes that SSM lists, by the name their activation gave them. */
export async function nodeIds(client: SSMClient): Promise<Readonly<Record<string, string>>> {
  const answer = await client.send(new DescribeInstanceInformationCommand({ MaxResults: 50 }));
  const nodes = (answer.InstanceInformationList ?? []).filter((node) => node.InstanceId?.startsWith("mi-"));
  const named = nodes.map((node) => [node.Name ?? "", node.InstanceId ?? ""] as const);
  if (new Set(named.map(([name]) => name)).size !== named.length)
    throw new Error(`two nodes of one name: ${String(named)}`);
  return Object.fromEntries(named.sort());
}

/** What became of every run of an onboarding script so far, as `VM result exitCode`. */
export function scriptRuns({ cloud }: EngineFixture): readonly string[] {
  return cloud.journal.entries.flatMap((entry) =>
    entry.kind === "onboarding"
      ? [`${entry.machine.split("/").at(-1) ?? ""} ${entry.result} ${String(entry.exitCode)}`]
      : [],
  );
}

/** A resource as the state has it. */
export interface StateResource {
  readonly urn: string;
  /** Left out of components. */
  readonly id?: string;
  readonly type: string;
  readonly parent?: string;
  readonly protect?: boolean;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** The resources in the state whose URN matches, in the order of their URNs; secrets are in plain text. */
export async function resourcesOf({ stack }: EngineFixture, urn: RegExp): Promise<readonly StateResource[]> {
  const { deployment } = (await stack.exportStack()) as {
    readonly deployment: { readonly resources?: readonly StateResource[] };
  };
  return (deployment.resources ?? [])
    .filter((resource) => urn.test(resource.urn))
    .toSorted((a, b) => (a.urn < b.urn ? -1 : 1));
}

/** URNs of what the engine was making when it was killed. */
export async function pendingCreates({ stack }: EngineFixture): Promise<readonly string[]> {
  const { deployment } = (await stack.exportStack()) as {
    readonly deployment: { readonly pending_operations?: readonly { type: string; resource: { urn: string } }[] };
  };
  const creating = (deployment.pending_operations ?? []).filter(({ type }) => type === "creating");
  return creating.map(({ resource }) => resource.urn);
}

/** The activation codes in the state. */
export async function activationCodes(fixture: EngineFixture): Promise<readonly string[]> {
  const activations = await resourcesOf(fixture, /:Activation::/);
  return activations.map(({ outputs }) => {
    const { plaintext } = outputs?.["activationCode"] as { readonly plaintext: string };
    return JSON.parse(plaintext) as string;
  });
}

/** The names in the pages' commands, and those of the onboarding fixture. */
const placeholders: readonly (readonly [string, string])[] = [
  ["<subscription id>", "00000000-0000-4000-8000-00000000000a"],
  ["source-prod/rg-app/vm-app-01", "apps/rg-apps/app-1"],
  ["/resourceGroups/rg-app/", "/resourceGroups/rg-apps/"],
  ["/virtualMachines/vm-app-01/", "/virtualMachines/app-1/"],
  ["urn:pulumi:prod::", "urn:pulumi:test::"],
  ["--stack prod", "--stack test"],
];

/** The one command of a page that begins so, with the names of the onboarding fixture, app-1 among them. */
export async function documentedCommand(beginning: string, page = "onboarding.md"): Promise<string> {
  const text = await readFile(join(import.meta.dirname, "../../docs", page), "utf8");
  const blocks = [...text.matchAll(/```sh\n(.*?)\n *```/gs)].map(([, block = ""]) => block);
  const commands = blocks.flatMap((block) =>
    block
      .replaceAll(/\\\n */g, " ")
      .split("\n")
      .map((line) => line.trim()),
  );
  const [command, ...others] = commands.filter((line) => line.startsWith(beginning));
  if (command === undefined || others.length > 0) throw new Error(`not one command begins with ${beginning}`);
  return placeholders.reduce((line, [from, to]) => line.replaceAll(from, to), command);
}
