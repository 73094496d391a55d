import { UpdateMaintenanceWindowCommand } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { spawn } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ReportDocument } from "../../domain/report/report.ts";
import type { ApproveJson } from "../../render/approve/approveJson.ts";
import type { OpenWindowJson } from "../../render/openWindow/openWindowJson.ts";
import type { ReviewJson } from "../../render/review/reviewJson.ts";
import type { VerifyJson } from "../../render/verify/verifyJson.ts";
import { described, engineFixture } from "./engineFixture.ts";

const projectRoot = join(import.meta.dirname, "..", "..");
const group = "prod-sensitive";

/** A patch as the journal has it: `machine name version`. */
type Installed = readonly string[];

describe("the reviewed flow on the real engine", function () {
  this.timeout(600_000);
  const fixture = engineFixture({ plane: "reviewedFixture" });
  const chosen = { UBUNTU: "", AMAZON_LINUX_2023: "", WINDOWS: "" };
  let review: ReviewJson;
  let file = "";

  /** Runs the real file on the fixture's stack, and answers its JSON. */
  async function command<T>(verb: string, ...args: readonly string[]): Promise<T> {
    const file = join(projectRoot, "scripts", "patchplane.ts");
    const asOf = ["--as-of", fixture.cloud.now().toISOString()];
    const child = spawn(process.execPath, [file, verb, "--cwd", fixture.root, "--json", ...asOf, ...args], {
      env: {
        PATH: process.env["PATH"],
        HOME: fixture.root,
        AWS_ENDPOINT_URL: fixture.cloud.url,
        AWS_ACCESS_KEY_ID: "embedded",
        AWS_SECRET_ACCESS_KEY: "embedded",
        AZURE_RESOURCE_MANAGER_ENDPOINT: fixture.cloud.url,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
    if (code === 2 || code === 70) throw new Error(stderr);
    return JSON.parse(stdout) as T;
  }

  function installed(): Installed {
    return fixture.cloud.journal.entries.flatMap((entry) =>
      entry.kind === "patching" && entry.endsAt <= fixture.cloud.now()
        ? entry.packages.map(({ name, to }) => `${entry.machine} ${name} ${to}`)
        : [],
    );
  }

  before(async () => {
    await fixture.up();
    // The first scan window of the stack: 04:00 in New York.
    await fixture.cloud.advanceTo(new Date("2026-12-02T12:00:00Z"));
  });

  it("installs nothing on a server of the group before something is approved", () => {
    expect(installed()).to.deep.equal([]);
  });

  it("collects what is installed before", async () => {
    expect(await command<{ readonly exitCode: number }>("collect")).to.include({ exitCode: 0 });
  });

  it("shows what every server lacks, on Linux by exact versions and on Windows by KB", async () => {
    review = await command<ReviewJson>("review");
    const [only] = review.reviews;
    expect(only?.servers.map(({ name, scan }) => [name, scan])).to.deep.equal([
      ["app-2", "fresh"],
      ["db-1", "fresh"],
      ["db-2", "fresh"],
    ]);
    for (const os of ["UBUNTU", "AMAZON_LINUX_2023", "WINDOWS"] as const) {
      const own = only?.updates.filter((update) => update.os === os && update.unapprovable === null) ?? [];
      expect(own.length, os).to.be.greaterThan(os === "WINDOWS" ? 0 : 1);
      expect(own.every(({ version }) => (os === "WINDOWS") === (version === null))).to.equal(true);
      chosen[os] = own[0]?.id ?? "";
    }
  });

  it("writes an approvals file of one update for each system, which is deployed as what the window installs", async () => {
    const packages = Object.values(chosen).flatMap((id) => ["--package", id]);
    const scanId = review.reviews[0]?.scan ?? "";
    const common = ["--group", group, "--scan", scanId, "--note", "weekly", "--no-branch", "--yes"];
    const approved = await command<ApproveJson>("approve", ...common, ...packages, "--expires", "2026-12-04T00:00:00Z");
    expect(approved.updates.map(({ id }) => id)).to.have.members(Object.values(chosen));
    file = approved.file;
    expect(await readFile(join(fixture.root, file), "utf8")).to.contain(scanId);
    const steps = described(await fixture.up()).filter((step) => /^create (Bucket|MaintenanceWindowTask)/.test(step));
    expect(steps.length).to.be.greaterThan(1);
  });

  it("opens the window, which a following up leaves open, and installs what was approved", async () => {
    const opened = await command<OpenWindowJson>("open-window", "--group", group, "--reason", "weekly", "--yes");
    expect([opened.exitCode, opened.locations[0]?.opens]).to.deep.equal([0, "2026-12-02T12:15:00Z"]);
    expect(described(await fixture.up())).to.deep.equal([]);
    await fixture.cloud.advanceTo(new Date("2026-12-02T17:00:00Z"));
    const machines = new Set(installed().map((each) => each.split(" ")[0]));
    expect(machines.size).to.equal(3);
  });

  it("verifies each server by its state: what was approved is there, and what came along is told apart", async () => {
    const verified = await command<VerifyJson>("verify", "--group", group, "--no-scan");
    for (const { name, verdict, reasons } of verified.servers)
      expect(verdict, `${name}: ${reasons.join(", ")}`).to.be.oneOf(["patched", "pendingReboot"]);
    const entries = verified.servers.flatMap((each) => each.entries.map(({ id, state }) => [id, state]));
    expect(entries).to.have.deep.members(Object.values(chosen).map((id) => [id, "installed"]));
    // Everything that the journal of the machines has is an entry, or came along with one.
    const told = verified.servers.flatMap(({ id, entries: own, changes }) =>
      [...own, ...changes].map((patch) => `${id} ${patch.id.replace(/\.(amd64|arm64|aarch64|x86_64|noarch)$/, "")}`),
    );
    const namesOf = (all: Installed): readonly string[] => [
      ...new Set(all.map((each) => each.split(" ").slice(0, 2).join(" "))),
    ];
    const windows = (each: string): boolean => each.includes("/app-2");
    expect(told.filter((each) => !windows(each))).to.have.members(
      namesOf(installed()).filter((each) => !windows(each)),
    );
    expect(
      verified.servers.flatMap(({ changes }) => changes.filter(({ kind }) => kind === "unapproved")),
    ).to.deep.equal([]);
  });

  it("verifies by a new scan, too, which installs nothing and is on record", async () => {
    const before = installed();
    // The cloud's time does not pass by itself.
    const clock = setInterval(() => {
      void fixture.cloud.advanceTo(new Date(fixture.cloud.now().getTime() + 60_000));
    }, 250);
    const verified = await command<VerifyJson>("verify", "--group", group).finally(() => {
      clearInterval(clock);
    });
    expect(verified.record).to.match(/^runs\/.*-test-verify-[0-9a-f]{4}\.jsonl$/);
    const record = await readFile(join(fixture.root, verified.record ?? ""), "utf8");
    expect(record.match(/"line":"result".*"outcome":"done"/g)).to.have.lengthOf(3);
    for (const { name, verdict, reasons } of verified.servers)
      expect(verdict, `${name}: ${reasons.join(", ")}`).to.be.oneOf(["patched", "pendingReboot"]);
    expect(installed()).to.deep.equal(before);
  });

  it("reports exactly what was installed, each change with the file that approved it", async () => {
    // Inventory is gathered once a day.
    await fixture.cloud.advanceTo(new Date("2026-12-03T18:00:00Z"));
    await command("collect");
    const { tables } = await command<ReportDocument>("report");
    const changes = tables.find(({ id }) => id === "changes");
    const at = (key: string): number => changes?.columns.findIndex((column) => column.key === key) ?? -1;
    const rows = changes?.rows ?? [];
    const reported = rows.map((row) => `${String(row[at("server")])} ${String(row[at("package")])}`);
    const nameOf = new Map(review.reviews[0]?.servers.map(({ id, name }) => [id, name]));
    const happened = installed().map((each) => {
      const [machine = "", name = "", to = ""] = each.split(" ");
      return `${nameOf.get(machine) ?? machine} ${to.startsWith("KB") ? to : name}`;
    });
    expect(new Set(reported)).to.deep.equal(new Set(happened));
    expect(new Set(rows.map((row) => row[at("approved_by")]))).to.deep.equal(new Set([`${file} (by its name alone)`]));
  });

  it("installs nothing more once the approval has ended, whoever opens the window", async () => {
    const before = installed();
    const outputs = await fixture.stack.outputs();
    const locations = outputs["locations"]?.value as Record<string, { windowIds: Record<string, string> }>;
    const WindowId = locations["use1"]?.windowIds["mw-install-sensitive"];
    const Schedule = "at(2026-12-05T12:00:00)";
    await fixture.client.send(new UpdateMaintenanceWindowCommand({ WindowId, Schedule, Enabled: true }));
    await fixture.cloud.advanceTo(new Date("2026-12-05T18:00:00Z"));
    expect(installed()).to.deep.equal(before);
    const refused = await command<OpenWindowJson>("open-window", "--group", group, "--reason", "late", "--yes").catch(
      (error: unknown) => String(error),
    );
    expect(refused).to.contain("has expired");
    await rm(join(fixture.root, "runs"), { recursive: true });
  });
});
