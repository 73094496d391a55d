import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { cached, dependencyPlugin, javaPath, maven, trinoVersion, type Unavailable } from "./java.ts";

/** A Trino server of this machine alone. */
export interface Trino {
  /** Runs a statement to its end. @throws Error with Trino's words */
  readonly run: (sql: string) => Promise<TrinoRows>;
  readonly stop: () => Promise<void>;
}

/** What a statement answered. */
export interface TrinoRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

interface Page {
  readonly error?: { readonly message: string };
  readonly columns?: readonly { readonly name: string }[];
  readonly data?: readonly (readonly unknown[])[];
  readonly nextUri?: string;
}

/** Trino's own libraries and the one connector that reads files: the rest of its 800 MB is not needed. */
function trinoFolder(): string | Unavailable {
  return cached(`trino-${trinoVersion}`, (folder) => {
    const artifact = `io.trino:trino-server:${trinoVersion}:tar.gz`;
    const failure = maven(`${dependencyPlugin}:get`, "-Dtransitive=false", `-Dartifact=${artifact}`);
    if (failure !== undefined) return failure;
    const name = `trino-server-${trinoVersion}`;
    const packed = join(homedir(), ".m2", "repository", "io", "trino", "trino-server", trinoVersion, `${name}.tar.gz`);
    const unpacked = mkdtempSync(join(tmpdir(), "trino-"));
    try {
      // Plugins share files by hard links, so that one alone cannot be unpacked.
      const { status } = spawnSync("tar", ["-xzf", packed, "-C", unpacked, "--strip-components=1"]);
      if (status !== 0) return { reason: `tar could not unpack ${packed}` };
      cpSync(join(unpacked, "lib"), join(folder, "lib"), { recursive: true });
      cpSync(join(unpacked, "plugin", "hive"), join(folder, "plugin", "hive"), { recursive: true });
      return undefined;
    } finally {
      rmSync(unpacked, { recursive: true, force: true });
    }
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

function configure(folder: string, trino: string, data: string, port: number): void {
  const files: Readonly<Record<string, readonly string[]>> = {
    "etc/config.properties": [
      "coordinator=true",
      "node-scheduler.include-coordinator=true",
      `http-server.http.port=${String(port)}`,
      `discovery.uri=http://127.0.0.1:${String(port)}`,
      `plugin.dir=${join(trino, "plugin")}`,
      "query.max-memory=1GB",
      "query.max-memory-per-node=1GB",
      "memory.heap-headroom-per-node=256MB",
    ],
    "etc/node.properties": [
      "node.environment=judge",
      "node.id=judge",
      `node.data-dir=${join(folder, "data")}`,
      "node.bind-ip=127.0.0.1",
      "node.internal-address=127.0.0.1",
    ],
    "etc/log.properties": ["io.trino=WARN"],
    "etc/catalog/hive.properties": [
      "connector.name=hive",
      "hive.metastore=file",
      "hive.metastore.catalog.dir=local:///metastore",
      "fs.native-local.enabled=true",
      `local.location=${data}`,
      "hive.recursive-directories=true",
      // As Athena does: a projected partition without files is empty.
      "hive.ignore-absent-partitions=true",
      "hive.non-managed-table-writes-enabled=true",
    ],
  };
  mkdirSync(join(folder, "etc", "catalog"), { recursive: true });
  for (const [file, lines] of Object.entries(files)) writeFileSync(join(folder, file), `${lines.join("\n")}\n`);
}

async function page(url: string, init?: RequestInit): Promise<Page> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${String(response.status)} ${await response.text()}`);
  return (await response.json()) as Page;
}

async function runOn(port: number, sql: string): Promise<TrinoRows> {
  const headers = {
    "X-Trino-User": "judge",
    "X-Trino-Catalog": "hive",
    "X-Trino-Schema": "reports",
    "X-Trino-Time-Zone": "UTC",
  };
  const rows: (readonly unknown[])[] = [];
  let columns: readonly string[] = [];
  for (
    let at = await page(`http://127.0.0.1:${String(port)}/v1/statement`, { method: "POST", headers, body: sql });
    ;
    at = await page(at.nextUri ?? "", { headers })
  ) {
    if (at.error !== undefined) throw new Error(`${at.error.message}\n${sql.slice(0, 400)}`);
    if (at.columns !== undefined) columns = at.columns.map(({ name }) => name);
    rows.push(...(at.data ?? []));
    if (at.nextUri === undefined) return { columns, rows };
  }
}

/** Characters of its log that are kept for the case that it does not start. */
const mostSaid = 4_000;

/** Longest time that a start takes on two busy cores. */
const startMinutes = 5;

async function started(child: ChildProcess, port: number): Promise<void> {
  for (const end = Date.now() + startMinutes * 60_000; Date.now() < end;) {
    if (child.exitCode !== null) throw new Error(`Trino ended with ${String(child.exitCode)}`);
    try {
      await runOn(port, "select 1");
      return;
    } catch {
      await wait(1000);
    }
  }
  throw new Error(`Trino did not start in ${String(startMinutes)} minutes`);
}

/**
 * Starts a Trino server on a free port of this machine, with its tables' files in a folder.
 *
 * @returns why it cannot run here, where it cannot
 */
export async function startTrino(data: string): Promise<Trino | Unavailable> {
  const java = javaPath();
  if (typeof java !== "string") return java;
  const trino = trinoFolder();
  if (typeof trino !== "string") return trino;
  const folder = mkdtempSync(join(tmpdir(), "patchplane-trino-"));
  const port = await freePort();
  configure(folder, trino, data, port);
  const options = [
    "-Xmx2G",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
    `-Dnode.environment=judge`,
    `-Dconfig=${join(folder, "etc", "config.properties")}`,
    `-Dlog.levels-file=${join(folder, "etc", "log.properties")}`,
    "-Djdk.attach.allowAttachSelf=true",
    "-cp",
    join(trino, "lib", "*"),
    "io.trino.server.TrinoServer",
  ];
  // The launcher would read node.properties and hand it on as properties of the system.
  const node = [
    `-Dnode.id=judge`,
    `-Dnode.data-dir=${join(folder, "data")}`,
    "-Dnode.bind-ip=127.0.0.1",
    "-Dnode.internal-address=127.0.0.1",
  ];
  const child = spawn(java, [...node, ...options], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk) => void (said = (said + String(chunk)).slice(-mostSaid)));
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await started(child, port);
  } catch (error) {
    await stop();
    throw new Error(said, { cause: error });
  }
  return { run: (sql) => runOn(port, sql), stop };
}
