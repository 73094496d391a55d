import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { mkdtemp, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { SSM } from "@aws-sdk/client-ssm";
import { Command } from "commander";
import { format } from "prettier";
import { startCloud } from "../../simulator/index.ts";
import { ireland, worldOf } from "../simulator/cloudFixture.ts";
import { AgentMachine, type AgentBuild } from "./agentMachine.ts";
import { AgentMessages } from "./agentMessages.ts";
import { agentCases, type AgentCase, type AgentRun, type AgentRuns } from "./agentRuns.ts";

/*
 * Has a real SSM Agent run the stack's documents, and records what it replies. It registers with the embedded cloud;
 * its commands come from here. Linux and root are needed.
 *
 *   node tests/judges/recordAgentRuns.ts --agent <folder> --seelog <file> --out tests/judges/agentRuns.json
 */

const messagesPrefix = "EC2WindowsMessageDeliveryService.";
const ofThisConnection = new Set(["host", "connection", "content-length", "transfer-encoding", "accept-encoding"]);

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function json(outgoing: ServerResponse, status: number, value: object): void {
  outgoing.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
  outgoing.end(JSON.stringify(value));
}

/** What the agent talks to: commands and documents from here, everything else from the embedded cloud. */
async function startService(cloudUrl: string, messages: AgentMessages, documents: ReadonlyMap<string, object>) {
  let version = "";
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await bodyOf(incoming);
    version = /amazon-ssm-agent\/(\S+)/.exec(incoming.headers["user-agent"] ?? "")?.[1] ?? version;
    const target = String(incoming.headers["x-amz-target"]);
    if (target.startsWith(messagesPrefix)) {
      const fields = JSON.parse(body) as Readonly<Record<string, string>>;
      const answer = await messages.answer(target.slice(messagesPrefix.length), fields);
      json(outgoing, answer === undefined ? 400 : 200, answer ?? { __type: "UnsupportedMessageOperationException" });
      return;
    }
    if (target === "AmazonSSM.GetDocument") {
      const { Name } = JSON.parse(body) as { readonly Name: string };
      const found = documents.get(Name);
      if (found === undefined) json(outgoing, 400, { __type: "InvalidDocument" });
      else
        json(outgoing, 200, { Name, Content: JSON.stringify(found), DocumentType: "Command", DocumentFormat: "JSON" });
      return;
    }
    const headers = Object.entries(incoming.headers).filter(([name]) => !ofThisConnection.has(name));
    const answer = await fetch(new URL(incoming.url ?? "/", cloudUrl), {
      method: incoming.method ?? "GET",
      headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
      ...(body === "" ? {} : { body }),
    });
    outgoing.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    outgoing.end(await answer.text());
  };
  const server: Server = createServer((incoming, outgoing) => void handle(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port, agent: () => `amazon-ssm-agent ${version}` };
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 900) throw new Error(`three minutes have passed: ${what}`);
    await pause(200);
  }
}

async function runCase(machine: AgentMachine, messages: AgentMessages, each: AgentCase): Promise<AgentRun> {
  const asked = machine.shutdowns;
  const { document, parameters, restart, cancelled = false } = each;
  const message = messages.send(machine.node, document.name, document.content, parameters);
  if (restart !== undefined) {
    await until(`${each.name} asks for a restart`, () => machine.shutdowns > asked);
    await until(`${each.name} says so`, () => messages.repliesTo(message).statuses.includes("SuccessAndReboot"));
    await machine.stop();
    if (restart === "machine") await machine.boot();
    machine.start();
  }
  if (cancelled) {
    // Its first script is over soon, and the second one takes longer.
    await pause(5000);
    messages.cancel(machine.node, message);
  }
  await until(`${each.name} ends`, () => messages.hasEnded(message));
  return { name: each.name, ...messages.repliesTo(message) };
}

async function run(options: AgentBuild & { readonly out: string }): Promise<void> {
  const cloud = await startCloud({ world: worldOf(), now: new Date("2026-11-02T00:00:00Z"), seed: 1 });
  const cases = agentCases();
  const documents = new Map<string, AgentCase["document"]["content"]>();
  const messages = new AgentMessages();
  const service = await startService(cloud.url, messages, documents);
  const machine = new AgentMachine(await mkdtemp(join(tmpdir(), "patchplane-agent-")));
  const credentials = { accessKeyId: "AKIATEST", secretAccessKey: "x" };
  const ssm = new SSM({ endpoint: cloud.url, region: ireland, credentials });
  try {
    const made = await ssm.createActivation({ IamRole: "hybrid", RegistrationLimit: 1 });
    await machine.install(options, service.port);
    const { ActivationId: id = "", ActivationCode: code = "" } = made;
    process.stdout.write(await machine.register({ id, code, region: ireland }));
    machine.start();
    const runs: AgentRun[] = [];
    for (const each of cases) {
      for (const { name, content } of [each.document, ...each.nested]) documents.set(name, content);
      const done = await runCase(machine, messages, each);
      process.stdout.write(`${done.name}: ${done.statuses.join(", ")}\n`);
      runs.push(done);
    }
    const recording: AgentRuns = {
      recordedOn: new Date().toISOString().slice(0, 10),
      agent: service.agent(),
      documents: Object.fromEntries(
        cases.flatMap(({ document, nested }) => [document, ...nested]).map(({ name, content }) => [name, content]),
      ),
      runs,
    };
    await writeFile(options.out, await format(JSON.stringify(recording), { parser: "json", printWidth: 120 }));
  } finally {
    await machine.stop();
    ssm.destroy();
    service.server.close();
    service.server.closeAllConnections();
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
