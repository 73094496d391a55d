import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { SSM } from "@aws-sdk/client-ssm";
import { Command } from "commander";
import { format } from "prettier";
import { startCloud } from "../../simulator/index.ts";
import { ireland, worldOf } from "../simulator/cloudFixture.ts";
import { AgentMachine, type AgentBuild } from "./agentMachine.ts";
import { startProxy, type ProxiedCall, type ProxyHooks } from "./agentProxy.ts";
import { agentCases, shownOf, type AgentCase, type AgentRun, type AgentRuns, type StepReply } from "./agentRuns.ts";

/*
 * Has a real SSM Agent run the stack's documents, and records what it replies and what the embedded cloud makes of it.
 * Linux and root are needed.
 *
 *   node tests/judges/recordAgentRuns.ts --agent <folder> --seelog <file> --out tests/judges/agentRuns.json
 */

const messages = "EC2WindowsMessageDeliveryService";

/** What the agent replies of a command; each reply has the steps that have ended by then. */
interface Reply {
  readonly documentStatus: string;
  readonly documentTraceOutput: string;
  readonly runtimeStatus: Readonly<Record<string, StepReply>> | null;
}

/** What the agent has said so far, by the command's id, and what it is handed instead of what the embedded cloud has. */
class Overheard implements ProxyHooks {
  version = "";
  /** In the place of AWS-RunPatchBaseline, whose script the embedded cloud does not have. */
  patching: object = {};
  /** In the place of a command's parameters. */
  handed: Readonly<Record<string, string>> | undefined;
  private readonly replies = new Map<string, Reply[]>();

  readonly seen = ({ headers, target, body }: ProxiedCall): void => {
    this.version = /amazon-ssm-agent\/(\S+)/.exec(headers["user-agent"] ?? "")?.[1] ?? this.version;
    if (target !== `${messages}.SendReply`) return;
    const { MessageId, Payload } = JSON.parse(body) as { readonly MessageId: string; readonly Payload: string };
    const command = MessageId.split(".")[2] ?? "";
    this.replies.set(command, [...(this.replies.get(command) ?? []), JSON.parse(Payload) as Reply]);
  };

  readonly instead = ({ target, body, answer }: ProxiedCall): string | undefined => {
    if (target === "AmazonSSM.GetDocument" && body.includes('"AWS-RunPatchBaseline"'))
      return JSON.stringify({ ...(JSON.parse(answer) as object), Content: JSON.stringify(this.patching) });
    const { handed } = this;
    if (target !== `${messages}.GetMessages` || handed === undefined) return undefined;
    const given = JSON.parse(answer) as { readonly Messages: readonly { readonly Payload: string }[] };
    const Messages = given.Messages.map((message) => ({
      ...message,
      Payload: JSON.stringify({ ...(JSON.parse(message.Payload) as object), Parameters: handed }),
    }));
    return JSON.stringify({ ...given, Messages });
  };

  of(command: string): Pick<AgentRun, "statuses" | "refusal" | "steps"> {
    const all = this.replies.get(command) ?? [];
    const statuses = all.map(({ documentStatus }) => documentStatus);
    const steps = Object.entries(
      Object.assign({}, ...all.map(({ runtimeStatus }) => runtimeStatus)) as AgentRun["steps"],
    );
    return {
      statuses: statuses.filter((status, index) => status !== statuses[index - 1]),
      refusal: all.at(-1)?.documentTraceOutput ?? "",
      steps: Object.fromEntries(
        steps.map(([step, { name, status, code, standardOutput, standardError }]) => [
          step,
          { name, status, code, standardOutput, standardError },
        ]),
      ),
    };
  }
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries += 1) {
    if (tries > 900) throw new Error(`three minutes have passed: ${what}`);
    await pause(200);
  }
}

interface Place {
  readonly ssm: SSM;
  readonly machine: AgentMachine;
  readonly overheard: Overheard;
}

async function runCase({ ssm, machine, overheard }: Place, each: AgentCase): Promise<AgentRun> {
  const asked = machine.shutdowns;
  const { document, parameters, restart, cancelled = false } = each;
  overheard.handed = each.handed;
  const sent = await ssm.sendCommand({
    DocumentName: document.name,
    InstanceIds: [machine.node],
    Parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]])),
  });
  const { CommandId = "" } = sent.Command ?? {};
  const statuses = (): readonly string[] => overheard.of(CommandId).statuses;
  if (restart !== undefined) {
    await until(`${each.name} asks for a restart`, () => machine.shutdowns > asked);
    await until(`${each.name} says so`, () => statuses().includes("SuccessAndReboot"));
    await machine.stop();
    if (restart === "machine") await machine.boot();
    machine.start();
  }
  if (cancelled) {
    await until(`${each.name} patches`, () => machine.has("var/lib/patching"));
    await ssm.cancelCommand({ CommandId });
  }
  await until(
    `${each.name} ends`,
    () => statuses().length > 0 && !["InProgress", "SuccessAndReboot"].includes(statuses().at(-1) ?? ""),
  );
  return { name: each.name, ...overheard.of(CommandId), shown: await shownOf(ssm, CommandId) };
}

async function run(options: AgentBuild & { readonly out: string }): Promise<void> {
  // The agent lives by this machine's clock.
  const cloud = await startCloud({ world: worldOf(), now: new Date(), seed: 1 });
  cloud.letRun(1);
  const overheard = new Overheard();
  const proxy = await startProxy(cloud.url, overheard);
  const machine = new AgentMachine(await mkdtemp(join(tmpdir(), "patchplane-agent-")));
  const credentials = { accessKeyId: "AKIATEST", secretAccessKey: "x" };
  const ssm = new SSM({ endpoint: cloud.url, region: ireland, credentials });
  const cases = agentCases();
  try {
    const made = await ssm.createActivation({ IamRole: "hybrid", RegistrationLimit: 1 });
    await machine.install(options, proxy.port);
    const { ActivationId: id = "", ActivationCode: code = "" } = made;
    process.stdout.write(await machine.register({ id, code, region: ireland }));
    machine.start();
    const runs: AgentRun[] = [];
    const known = new Map<string, string>();
    for (const each of cases) {
      for (const { key, name: Name, content } of [each.document, ...each.nested]) {
        const Content = JSON.stringify(content);
        if (key === "patch") overheard.patching = content;
        else if (!known.has(Name)) await ssm.createDocument({ Name, DocumentType: "Command", Content });
        else if (known.get(Name) !== Content) {
          const { DocumentDescription } = await ssm.updateDocument({ Name, Content, DocumentVersion: "$LATEST" });
          await ssm.updateDocumentDefaultVersion({ Name, DocumentVersion: DocumentDescription?.DocumentVersion });
        }
        known.set(Name, Content);
      }
      const done = await runCase({ ssm, machine, overheard }, each);
      process.stdout.write(`${done.name}: ${done.statuses.join(", ")}; ${done.shown.status}\n`);
      runs.push(done);
    }
    const recording: AgentRuns = {
      recordedOn: new Date().toISOString().slice(0, 10),
      agent: `amazon-ssm-agent ${overheard.version}`,
      documents: Object.fromEntries(
        cases.flatMap(({ document, nested }) => [document, ...nested]).map(({ name, content }) => [name, content]),
      ),
      runs,
    };
    await writeFile(options.out, await format(JSON.stringify(recording), { parser: "json", printWidth: 120 }));
  } finally {
    await machine.stop();
    ssm.destroy();
    proxy.close();
    await cloud.close();
    process.stdout.write(`the agent's own files: ${machine.files}\n`);
  }
}

await new Command("recordAgentRuns")
  .requiredOption("--agent <folder>", "built agent: `agent`, `amazon-ssm-agent` and `worker`")
  .requiredOption("--seelog <file>", "seelog_unix.xml of the agent's source")
  .requiredOption("--out <file>", "where the runs go")
  .action((options: AgentBuild & { readonly out: string }) => run(options))
  .parseAsync();
