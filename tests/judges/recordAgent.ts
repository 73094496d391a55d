import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { SSM } from "@aws-sdk/client-ssm";
import { Command } from "commander";
import { format } from "prettier";
import { AgentMachine, type AgentBuild } from "./agentMachine.ts";
import { patchplaneEnvironment } from "../scripts/commandFixture.ts";
import type { AgentCall, AgentRecording, TypedCommand } from "./agentCalls.ts";
import { startProxy, type ProxiedCall } from "./agentProxy.ts";
import { stoppedVmActivation, type StoppedVm } from "./stoppedVm.ts";

/*
 * Records what a real SSM Agent asks of the embedded cloud, and what operators read whose commands reach it. The agent writes to /etc and /var/lib, so it runs in mount
 * and process namespaces of its own, with overlays over both and a home of its own; Linux and root are needed.
 *
 *   node tests/judges/recordAgent.ts --agent <folder> --seelog <file> --minutes 4 --out tests/judges/agentCalls.json
 */

function membersOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function namesOf(members: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(members).sort();
}

interface Seen {
  userAgent: string;
  readonly calls: AgentCall[];
}

function note(seen: Seen, userAgent: string, call: Omit<AgentCall, "times">): void {
  seen.userAgent = userAgent;
  const key = JSON.stringify(call);
  const index = seen.calls.findIndex(({ times: _times, ...known }) => JSON.stringify(known) === key);
  const known = seen.calls[index];
  if (known === undefined) seen.calls.push({ ...call, times: 1 });
  else seen.calls[index] = { ...known, times: known.times + 1 };
}

/** Writes down a call. */
function noteCall(seen: Seen, { headers, request, target, body, status, answer }: ProxiedCall): void {
  const signedFor = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)/.exec(headers.authorization ?? "")?.[1];
  const members = membersOf(answer);
  const error = typeof members["__type"] === "string" ? members["__type"] : answer;
  note(seen, headers["user-agent"] ?? "", {
    request,
    ...(target === undefined ? {} : { target }),
    ...(signedFor === undefined ? {} : { signedFor }),
    members: namesOf(membersOf(body)),
    status,
    answer: status === 200 ? namesOf(members) : [error],
  });
}

async function onlineNodes(vm: StoppedVm, cloudUrl: string): Promise<readonly string[]> {
  const ssm = new SSM({ endpoint: cloudUrl, region: vm.region, credentials: vm.credentials });
  const answer = await ssm.describeInstanceInformation({
    Filters: [{ Key: "ActivationIds", Values: [vm.id] }],
  });
  ssm.destroy();
  return (answer.InstanceInformationList ?? []).map(
    (node) => `${node.InstanceId ?? ""} ${node.PingStatus ?? ""} ${node.PlatformName ?? ""} ${node.AgentVersion ?? ""}`,
  );
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries += 1) {
    if (tries > 300) throw new Error(`five minutes have passed: ${what}`);
    await pause(1000);
  }
}

/** Types a command of the operators' against the embedded cloud. */
async function typed({ cloud, folder }: StoppedVm, args: readonly string[]): Promise<TypedCommand> {
  const file = join(import.meta.dirname, "../../scripts/patchplane.ts");
  const child = spawn(process.execPath, [file, ...args, "--stack", "test", "--cwd", folder], {
    env: patchplaneEnvironment(folder, cloud.url),
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const [exitCode] = (await once(child, "close")) as [number];
  process.stdout.write(`${args.join(" ")}: ${String(exitCode)}\n${text}`);
  return { args, exitCode, said: text.replaceAll(folder, "<folder>").trimEnd().split("\n") };
}

/** Restarts the machine when the agent asks for it, as long as nobody says that it is enough. */
async function reboots(machine: AgentMachine, signal: AbortSignal): Promise<void> {
  let done = 0;
  while (!signal.aborted) {
    await pause(500);
    if (machine.shutdowns <= done) continue;
    done = machine.shutdowns;
    // The agent has said that it is about to restart before it asks for it.
    await machine.stop();
    await machine.boot();
    machine.start();
  }
}

interface Options extends AgentBuild {
  readonly minutes: string;
  readonly out: string;
}

async function run(options: Options): Promise<void> {
  const machine = new AgentMachine(await mkdtemp(join(tmpdir(), "patchplane-agent-")));
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  // The agent lives by this machine's clock.
  const vm = await stoppedVmActivation(new Date());
  vm.cloud.letRun(1);
  const seen: Seen = { userAgent: "", calls: [] };
  const recorder = await startProxy(vm.cloud.url, {
    seen: (call) => {
      noteCall(seen, call);
    },
  });
  const enough = new AbortController();
  try {
    await machine.install(options, recorder.port);
    say(await machine.register(vm));
    const begun = Date.now();
    machine.start();
    const rebooting = reboots(machine, enough.signal);
    await until("the agent is online", async () => (await onlineNodes(vm, vm.cloud.url)).join().includes(" Online "));
    const one = ["--servers", vm.name];
    const commands = [
      await typed(vm, ["scan", ...one]),
      await typed(vm, ["doctor", "--drill", "--yes", ...one]),
      await typed(vm, ["reboot", "--any", "--now", "kernel", "--yes", ...one]),
      await typed(vm, ["status"]),
    ];
    await pause(Math.max(0, Number(options.minutes) * 60_000 - (Date.now() - begun)));
    say((await onlineNodes(vm, vm.cloud.url)).join("\n"));
    enough.abort();
    await rebooting;
    await machine.stop();
    const again = await mkdtemp(join(tmpdir(), "patchplane-agent-"));
    const second = new AgentMachine(again);
    await second.install(options, recorder.port);
    say(await second.register(vm));
    await rm(again, { recursive: true, force: true });
    const recording: AgentRecording = {
      recordedOn: new Date().toISOString().slice(0, 10),
      userAgent: seen.userAgent,
      minutes: Number(options.minutes),
      calls: seen.calls,
      commands,
    };
    await writeFile(options.out, await format(JSON.stringify(recording), { parser: "json", printWidth: 120 }));
  } finally {
    enough.abort();
    await machine.stop();
    recorder.close();
    await vm.close();
    say(`the agent's own files: ${machine.files}`);
  }
}

await new Command("recordAgent")
  .requiredOption("--agent <folder>", "built agent: `agent`, `amazon-ssm-agent` and `worker`")
  .requiredOption("--seelog <file>", "seelog_unix.xml of the agent's source")
  .option("--minutes <number>", "how long it runs", "4")
  .requiredOption("--out <file>", "where the calls go")
  .action((options: Options) => run(options))
  .parseAsync();
