import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { inOwnPlace } from "./agentPlace.ts";

/** Where a built agent is. */
export interface AgentBuild {
  /** Folder of its binaries: `agent`, `amazon-ssm-agent`, `worker`. */
  readonly agent: string;
  /** `seelog_unix.xml` of its source. */
  readonly seelog: string;
}

/** What an agent registers with. */
export interface AgentActivation {
  readonly id: string;
  readonly code: string;
  readonly region: string;
}

const programs = {
  "amazon-ssm-agent": "amazon-ssm-agent",
  agent: "ssm-agent-worker",
  worker: "ssm-document-worker",
} as const;

/** A real SSM Agent in a place of its own below a folder. It cannot restart the machine, and may believe that it has. */
export class AgentMachine {
  private readonly folder: string;
  private process: ChildProcess | undefined;
  private boots = 0;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The agent's own files. */
  get files(): string {
    return join(this.folder, "upper");
  }

  /** Installs a build whose every endpoint is a port of this machine. */
  async install({ agent, seelog }: AgentBuild, port: number): Promise<void> {
    const endpoint = `http://127.0.0.1:${String(port)}`;
    const settings = {
      Ssm: { Endpoint: endpoint },
      Mds: { Endpoint: endpoint },
      // Without a scheme the agent cannot read a host and a port, and asks AWS itself.
      Mgs: { Endpoint: `https://127.0.0.1:${String(port)}` },
      Identity: { ConsumptionOrder: ["OnPrem"] },
    };
    const etc = join(this.files, "etc/amazon/ssm");
    await mkdir(etc, { recursive: true });
    await writeFile(join(etc, "amazon-ssm-agent.json"), JSON.stringify(settings));
    await cp(seelog, join(etc, "seelog.xml"));
    const bin = join(this.files, "usr/bin");
    await mkdir(bin, { recursive: true });
    for (const [built, installed] of Object.entries(programs)) await cp(join(agent, built), join(bin, installed));
    const sbin = join(this.files, "usr/sbin");
    await mkdir(sbin, { recursive: true });
    await writeFile(join(sbin, "shutdown"), '#!/bin/sh\necho "$*" >>/var/lib/shutdowns\n', { mode: 0o755 });
    await this.boot();
  }

  /** Registers; answers what the agent says. */
  async register({ id, code, region }: AgentActivation): Promise<string> {
    const command = `ssm-agent-worker -register -code '${code}' -id '${id}' -region '${region}' 2>&1 || true`;
    const { args, options } = inOwnPlace(this.folder, command);
    const { stdout } = await promisify(execFile)("unshare", args, options);
    return stdout.replaceAll(code, "<code>");
  }

  /** Its id, once it is registered. */
  get node(): string {
    const registration = readFileSync(join(this.files, "var/lib/amazon/ssm/registration"), "utf8");
    return (JSON.parse(registration) as { readonly ManagedInstanceID: string }).ManagedInstanceID;
  }

  /** How often it has asked for a restart of the machine. */
  get shutdowns(): number {
    const file = join(this.files, "var/lib/shutdowns");
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").length : 0;
  }

  /** Whether it has written a file, by its path without the first slash. */
  has(path: string): boolean {
    return existsSync(join(this.files, path));
  }

  /** Gives the machine a new boot. */
  async boot(): Promise<void> {
    this.boots += 1;
    await writeFile(join(this.folder, "boot_id"), `00000000-0000-4000-8000-${String(this.boots).padStart(12, "0")}\n`);
  }

  start(): void {
    const started = inOwnPlace(this.folder, "exec amazon-ssm-agent");
    this.process = spawn("unshare", started.args, { ...started.options, stdio: "ignore" });
  }

  async stop(): Promise<void> {
    if (this.process === undefined) return;
    const gone = once(this.process, "exit");
    this.process.kill("SIGKILL");
    await gone;
    this.process = undefined;
  }
}
