import { readFileSync } from "node:fs";
import type { SSM } from "@aws-sdk/client-ssm";
import { hookDocuments, type CommandDocument, type PlannedDocument } from "../../domain/stack/hookDocuments.ts";
import { operatorDocuments, type OperatorDocument } from "../../domain/stack/operatorDocuments.ts";
import { sampleWindow } from "../components/aws/samples.ts";

/** What the agent replies of a step. */
export interface StepReply {
  /** Of the plugin. */
  readonly name: string;
  readonly status: string;
  readonly code: number;
  readonly standardOutput: string;
  readonly standardError: string;
}

/** A command that a real agent is given. */
export interface AgentCase {
  readonly name: string;
  /** The document that is sent, and those that it runs. */
  readonly document: PlannedDocument;
  readonly nested: readonly PlannedDocument[];
  readonly parameters: Readonly<Record<string, string>>;
  /** What the agent is handed in their place, past the service, which refuses it. */
  readonly handed?: Readonly<Record<string, string>>;
  /** What happens when the agent asks for a restart: the machine boots, or the agent alone begins again. */
  readonly restart?: "machine" | "agent";
  /** Whether the command is cancelled while the patching is under way. */
  readonly cancelled?: boolean;
}

/** How a case went on a real agent. */
export interface AgentRun {
  readonly name: string;
  /** Status of the document in its replies. */
  readonly statuses: readonly string[];
  readonly refusal: string;
  readonly steps: Readonly<Record<string, StepReply>>;
  /** What the embedded cloud answers of it: status and details of the command, and its steps. */
  readonly shown: {
    readonly status: string;
    readonly steps: readonly string[];
  };
}

/** What `recordAgentRuns.ts` writes. */
export interface AgentRuns {
  readonly recordedOn: string;
  readonly agent: string;
  /** The documents that were run, by name. */
  readonly documents: Readonly<Record<string, CommandDocument>>;
  readonly runs: readonly AgentRun[];
}

/** The checked-in recording. */
export function readAgentRuns(): AgentRuns {
  return JSON.parse(readFileSync(new URL("agentRuns.json", import.meta.url), "utf8")) as AgentRuns;
}

/** What the embedded cloud answers of a command on one node. */
export async function shownOf(ssm: SSM, CommandId: string): Promise<AgentRun["shown"]> {
  const { CommandInvocations } = await ssm.listCommandInvocations({ CommandId, Details: true });
  const [{ Status, StatusDetails, CommandPlugins = [] } = {}] = CommandInvocations ?? [];
  return {
    status: `${Status ?? ""}, ${StatusDetails ?? ""}`,
    steps: CommandPlugins.map((step) => `${step.Name ?? ""}: ${step.Status ?? ""}, ${String(step.ResponseCode)}`),
  };
}

function operators(key: OperatorDocument): PlannedDocument {
  const found = operatorDocuments("prod", "the-bucket").find((document) => document.key === key);
  if (found === undefined) throw new Error(`no document ${key}`);
  return found;
}

/** Says a word and when, because the agent answers a nested document's output in no order and more than once. */
function say(word: string): string {
  return `echo "${word} $(date +%s%N)"`;
}

const patchParameters = ["Operation", "RebootOption", "SnapshotId", "InstallOverrideList", "BaselineOverride"];

/** Stands in for AWS's document: its name, its parameters, and lines that say what it was given. */
function patching(lines: readonly string[]): PlannedDocument {
  const given = patchParameters.map((name) => `{{ ${name} }}`).join(" | ");
  return {
    key: "patch",
    name: "AWS-RunPatchBaseline",
    content: {
      schemaVersion: "2.2",
      description: "stands in for AWS's",
      parameters: Object.fromEntries(
        patchParameters.map((name) => [name, { type: "String", description: name, default: "" }]),
      ),
      mainSteps: [
        {
          action: "aws:runShellScript",
          name: "PatchLinux",
          precondition: { StringEquals: ["platformType", "Linux"] },
          inputs: {
            runCommand: ["set -e", say("patch"), "cat <<'END'", `given: ${given}`, "END", ...lines],
            timeoutSeconds: "600",
          },
        },
      ],
    },
  };
}

interface HookedCase {
  readonly before?: readonly string[];
  readonly mustSucceed?: boolean;
  readonly patch?: readonly string[];
}

function hooked({ before = [], mustSucceed = false, patch = [] }: HookedCase): Omit<AgentCase, "name"> {
  const window = sampleWindow({
    hooks: {
      before: [
        { name: "stop", linux: [say("before"), ...before], windows: ["Write-Output before"], timeoutSeconds: 60 },
      ],
      after: [{ name: "start", linux: [say("after")], windows: ["Write-Output after"], timeoutSeconds: 60 }],
      mustSucceed,
    },
  });
  const all = hookDocuments("prod", window, "own");
  const document = all.find(({ key }) => key === "hooked");
  if (document === undefined) throw new Error("no document for the task");
  const nested = [...all.filter((each) => each !== document), patching(patch)];
  // A list's key with what a shell would trip over.
  const parameters = {
    Operation: "Install",
    RebootOption: "NoReboot",
    InstallOverrideList: "s3://b/a/x y';$(id).yaml",
  };
  return { document, nested, parameters };
}

const readiness = { document: operators("readiness"), nested: [] };
const reboot = { document: operators("reboot"), nested: [] };

/** What a real agent is given, one after the other. */
export function agentCases(): readonly AgentCase[] {
  return [
    { name: "readiness", ...readiness, parameters: { Region: "eu-west-1" } },
    ...["eu-west-1; id", "eu-west-1\n", "$(id)", "`id`"].map((Region) => ({
      name: `readiness of Region ${JSON.stringify(Region)}`,
      ...readiness,
      parameters: { Region: "eu-west-1" },
      handed: { Region },
    })),
    { name: "reboot of run ../../x", ...reboot, parameters: { RunId: "run-0" }, handed: { RunId: "../../x" } },
    { name: "reboot", ...reboot, parameters: { RunId: "run-1" }, restart: "machine" },
    { name: "reboot without a boot", ...reboot, parameters: { RunId: "run-2" }, restart: "agent" },
    { name: "drill", document: operators("drill"), nested: [patching([])], parameters: {} },
    { name: "hooks", ...hooked({}) },
    { name: "hooks, before fails", ...hooked({ before: ["exit 3"] }) },
    { name: "hooks, before must succeed and fails", ...hooked({ before: ["exit 3"], mustSucceed: true }) },
    { name: "hooks, patching fails", ...hooked({ patch: ["exit 1"] }) },
    {
      name: "hooks, patching restarts",
      ...hooked({
        patch: ["mark=/var/lib/patched", `if [ -e "$mark" ]; then ${say("resumed")}; else : >"$mark"; exit 194; fi`],
      }),
      restart: "machine",
    },
    {
      name: "hooks, cancelled",
      ...hooked({ patch: [": >/var/lib/patching", "sleep 8", say("patched")] }),
      cancelled: true,
    },
  ];
}
