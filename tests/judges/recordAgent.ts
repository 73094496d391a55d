import { createServer, type IncomingMessage, type Server } from "node:http";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { SSM } from "@aws-sdk/client-ssm";
import { Command } from "commander";
import { format } from "prettier";
import { AgentMachine, type AgentBuild } from "./agentMachine.ts";
import type { AgentCall, AgentRecording } from "./agentCalls.ts";
import { stoppedVmActivation, type StoppedVm } from "./stoppedVm.ts";

/*
 * Records what a real SSM Agent asks of the embedded cloud. The agent writes to /etc and /var/lib, so it runs in mount
 * and process namespaces of its own, with overlays over both and a home of its own; Linux and root are needed.
 *
 *   node tests/judges/recordAgent.ts --agent <folder> --seelog <file> --minutes 4 --out tests/judges/agentCalls.json
 */

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

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

const ofThisConnection = new Set(["host", "connection", "content-length", "transfer-encoding", "accept-encoding"]);

/** Stands between the agent and the embedded cloud and writes down every call. */
async function startRecorder(cloudUrl: string, seen: Seen): Promise<{ server: Server; port: number }> {
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const body = await bodyOf(incoming);
      const headers = Object.entries(incoming.headers).filter(([name]) => !ofThisConnection.has(name));
      const answer = await fetch(new URL(incoming.url ?? "/", cloudUrl), {
        method: incoming.method ?? "GET",
        headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
        ...(body === "" ? {} : { body }),
      });
      const text = await answer.text();
      const target = incoming.headers["x-amz-target"];
      const signedFor = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)/.exec(incoming.headers.authorization ?? "")?.[1];
      const members = membersOf(text);
      note(seen, incoming.headers["user-agent"] ?? "", {
        request: `${incoming.method ?? ""} ${incoming.url ?? ""}`,
        ...(typeof target === "string" ? { target } : {}),
        ...(signedFor === undefined ? {} : { signedFor }),
        members: namesOf(membersOf(body)),
        status: answer.status,
        answer: answer.ok ? namesOf(members) : [typeof members["__type"] === "string" ? members["__type"] : text],
      });
      outgoing.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
      outgoing.end(text);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port };
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

interface Options extends AgentBuild {
  readonly minutes: string;
  readonly out: string;
}

async function run(options: Options): Promise<void> {
  const machine = new AgentMachine(await mkdtemp(join(tmpdir(), "patchplane-agent-")));
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const vm = await stoppedVmActivation();
  const seen: Seen = { userAgent: "", calls: [] };
  const recorder = await startRecorder(vm.cloud.url, seen);
  try {
    await machine.install(options, recorder.port);
    say(await machine.register(vm));
    machine.start();
    await pause(Number(options.minutes) * 60_000);
    say((await onlineNodes(vm, vm.cloud.url)).join("\n"));
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
    };
    await writeFile(options.out, await format(JSON.stringify(recording), { parser: "json", printWidth: 120 }));
  } finally {
    recorder.server.close();
    recorder.server.closeAllConnections();
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
