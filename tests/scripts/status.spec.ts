import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  DeleteActivationCommand,
  DescribeInstanceInformationCommand,
  RemoveTagsFromResourceCommand,
} from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { locationNameOf } from "../../domain/fleet/placement.ts";
import { deployedProject, gate, patchplane, ssmOf, type Ended } from "./commandFixture.ts";
import { bySchema } from "./operatorFixture.ts";

const projectRoot = join(import.meta.dirname, "..", "..");
const asOf = ["--as-of", "2026-12-01T14:00:00Z"];

interface StatusJson {
  readonly schema: string;
  readonly exitCode: number;
  readonly total: Readonly<Record<string, number>>;
  readonly findings: Readonly<Record<string, number>>;
  readonly locations: readonly { readonly name: string; readonly failure: string | null; readonly unknown: number }[];
  readonly servers: readonly {
    readonly name: string;
    readonly verdict: string;
    readonly reason: string | null;
    readonly onboarding: { readonly state: string; readonly todo: string | null } | null;
  }[];
}

interface LimitsJson {
  readonly history: { readonly collected: readonly { readonly location: string }[] } | null;
  readonly total: { readonly overdue: number | null };
  readonly groups: readonly { readonly overdue: number; readonly notCollected: number }[];
  readonly servers: readonly { readonly timeLimits: { readonly overdue: number } | null }[];
  readonly findings: { readonly overdue?: number };
}

function parsed(stdout: string): StatusJson {
  return bySchema("status", stdout) as StatusJson;
}

describe("patchplane status, the command", function () {
  this.timeout(300_000);
  const project = deployedProject();
  const status = (...args: readonly string[]): Promise<Ended> =>
    patchplane(project.folder, project.cloud.url, ["status", ...args]);

  it("ends with 0 when there is nothing to see to, and needs no stack name where there is one stack", async () => {
    const ended = await status(...asOf);
    // On a machine that takes more than ten seconds for it, a location says how far it is.
    const said = ended.stderr.split("\n").filter((line) => !/^\w+ \(\d{12}, [\w-]+\): /.test(line));
    expect(said.sort()).to.deep.equal(["", "euw1: 2 managed nodes", "use1: 5 managed nodes"]);
    expect(ended.stdout.split("\n")).to.deep.equal([
      "stack test, as of 2026-12-01T14:00:00.000Z",
      "",
      "group                  servers  compliant  missing security  pending reboot  failed  unknown",
      "prod-auto                    4          4                 0               0       0        0",
      "  amazon-linux 2             1          1                 0               0       0        0",
      "  amazon-linux 2023          1          1                 0               0       0        0",
      "  ubuntu 22.04               2          2                 0               0       0        0",
      "prod-sensitive               2          2                 0               0       0        0",
      "  ubuntu 20.04               1          1                 0               0       0        0",
      "  ubuntu 24.04               1          1                 0               0       0        0",
      "prod-windows                 1          0                 1               0       0        0",
      "  windows-server 2022        1          0                 1               0       0        0",
      "total                        7          6                 1               0       0        0",
      "",
      "location  servers  compliant  missing security  pending reboot  failed  unknown",
      "euw1            2          2                 0               0       0        0",
      "use1            5          4                 1               0       0        0",
      "total           7          6                 1               0       0        0",
      "",
      "Last installations:",
      "  group              last run (UTC)  done  nothing to do  failed  cut off  not reached  next (UTC)",
      "  prod-auto",
      "    mw-install-auto  none                                                               2026-12-05 04:00",
      "    mw-kernel        none                                                               2026-12-28 04:00",
      "  prod-windows",
      "    mw-prod-monthly  none                                                               2026-12-14 04:00",
      "  done: the installation ended well, also where nothing was missing. cut off: at the cutoff, or stopped. " +
        "not reached: it got no command, or did not answer. none: not within 30 days.",
      "",
      "Missing security patches, and when they come:",
      "  prod-windows: 1 server, at 2026-12-14 04:00 UTC by mw-prod-monthly",
      "",
      "what is due and overdue is not known: nothing was collected before 2026-12-01T14:00:00Z; " +
        "npx patchplane collect --stack test, every day, keeps since when patches are missing",
      "no findings",
      "",
    ]);
    expect(ended.code).to.equal(0);
  });

  it("is written as Markdown, HTML and CSV by --format, and as JSON alone", async () => {
    const run = (format: string) =>
      patchplane(project.folder, project.cloud.url, ["status", "--format", format, ...asOf]);
    const [markdown, html, csv, json] = [await run("markdown"), await run("html"), await run("csv"), await run("json")];
    expect(markdown.stdout).to.match(/^## stack `test`, as of 2026-12-01T14:00:00\.000Z\n\n\| group \| os \|/);
    expect(markdown.stdout).to.include("\n| `euw1` | 2 | 2 | 0 | 0 | 0 | 0 |\n");
    expect(html.stdout)
      .to.match(/^<!doctype html>/)
      .and.to.include('<th scope="row"><code>euw1</code></th>');
    expect(csv.stdout).to.include("\n,euw1,2,2,0,0,0,0\n");
    expect(json.stderr).to.equal("");
    expect(parsed(json.stdout)).to.include({ schema: "patchplane/status/1", exitCode: 0 });
    expect([markdown, html, csv, json].map(({ code }) => code)).to.deep.equal([0, 0, 0, 0]);
  });

  it("has due and overdue by group and server where a collection says since when patches are missing", async () => {
    const kept = ["--store", "kept"];
    const collected = await patchplane(project.folder, project.cloud.url, ["collect", ...kept, ...asOf, "--json"]);
    expect(collected.code, collected.stderr).to.equal(0);
    const bare = bySchema("status", (await status("--json", ...asOf)).stdout) as LimitsJson;
    expect([bare.history, bare.total.overdue, bare.servers[0]?.timeLimits]).to.deep.equal([null, null, null]);
    const ended = await status("--json", ...kept, ...asOf);
    const { history, groups, servers, findings } = bySchema("status", ended.stdout) as LimitsJson;
    expect(history?.collected.map(({ location }) => location)).to.deep.equal(["euw1", "use1"]);
    expect(servers.map(({ timeLimits }) => timeLimits?.overdue)).to.deep.equal(servers.map(() => 0));
    expect(
      new Set(groups.map(({ overdue, notCollected }) => `${String(overdue)} ${String(notCollected)}`)),
    ).to.deep.equal(new Set(["0 0"]));
    expect([ended.code, findings.overdue]).to.deep.equal([0, 0]);
    expect(await status("--store", "s3://Kept/x")).to.include({ code: 2 });
    await rm(join(project.folder, "kept"), { recursive: true });
  });

  it("asks Azure nothing when every VM is an online, rightly tagged node", async () => {
    const between = await gate(project.cloud);
    const ended = await patchplane(project.folder, between.url, ["status", ...asOf, "--json"]);
    await between.close();
    expect(ended.code).to.equal(0);
    expect(between.seen.filter((request) => request.includes("/subscriptions/"))).to.deep.equal([]);
  });

  it("prints nothing but JSON with --json", async () => {
    const ended = await status("--stack", "test", ...asOf, "--json");
    expect(ended.stderr).to.equal("");
    const answer = parsed(ended.stdout);
    expect(answer).to.include({ schema: "patchplane/status/1", exitCode: 0 });
    expect(answer.total).to.include({ servers: 7, unknown: 0, failed: 0 });
    expect(answer.servers.map(({ name }) => name).sort()).to.deep.equal(
      project.plane.fleet.map(({ name }) => name).sort(),
    );
  });

  it("keeps its progress off standard output when a person watches standard error", async () => {
    const env = { NODE_OPTIONS: "--import data:text/javascript,process.stderr.isTTY=true" };
    const ended = await patchplane(project.folder, project.cloud.url, ["status", ...asOf], { env });
    expect(ended.stdout).to.match(/^stack test, as of /);
    expect(ended.stderr).to.contain("managed nodes");
  });

  it("ends with 1 when data is stale: a day later, nothing was scanned in the last window", async () => {
    const ended = await status("--as-of", "2026-12-03T14:00:00Z", "--json");
    const answer = parsed(ended.stdout);
    expect(new Set(answer.servers.map(({ reason }) => reason))).to.deep.equal(new Set(["stale"]));
    expect(answer.findings).to.deep.equal({
      failed: 0,
      unknown: 7,
      onboarding: 0,
      tags: 0,
      windows: 0,
      missed: 0,
      calendars: 0,
    });
    expect(ended.code).to.equal(1);
  });

  it("ends with 2 and the known names when a group or a location is not in the stack", async () => {
    const ended = await status("--group", "prod-atuo", "--location", "mars");
    expect(ended.stdout).to.equal("");
    expect(ended.stderr).to.equal(
      [
        '--location: not in this stack, got "mars"; allowed: euw1, use1',
        '--group: not in this stack, got "prod-atuo"; allowed: prod-auto, prod-sensitive, ' +
          'prod-windows; did you mean "prod-auto"?',
        "",
      ].join("\n"),
    );
    expect(ended.code).to.equal(2);
  });

  it("ends with 2 and every fault when the stack file is wrong", async () => {
    const file = join(project.folder, "Pulumi.wrong.yaml");
    await writeFile(
      file,
      'config:\n  patchplane:environment: wrong\n  patchplane:locations: 3\n  patchplane:zone: "x"\n',
    );
    const ended = await status("--stack", "wrong");
    const several = await status();
    await rm(file);
    expect(ended.code).to.equal(2);
    expect(ended.stdout).to.equal("");
    expect(ended.stderr).to.match(/^Pulumi\.wrong\.yaml:3:25: locations: .*\n +3 \| .*: 3\n +\| +\^$/m);
    expect(ended.stderr).to.match(/^Pulumi\.wrong\.yaml:4:3: zone: /m);
    expect(several).to.include({
      code: 2,
      stderr: "--stack: there are several stacks; allowed: test, wrong; name one\n",
    });
  });

  it("reads another folder's stack files by --cwd, and ends with 2 where there are none", async () => {
    const here = await patchplane(projectRoot, project.cloud.url, [
      "status",
      "--cwd",
      project.folder,
      "--json",
      ...asOf,
    ]);
    expect(here.code).to.equal(0);
    expect(parsed(here.stdout).servers).to.have.length(project.plane.fleet.length);
    const empty = await status("-C", join(project.folder, "fleet"));
    expect(empty).to.include({
      code: 2,
      stderr: `--cwd: no stack file (Pulumi.<stack>.yaml) in the folder, got "${join(project.folder, "fleet")}"; name the project's folder\n`,
    });
  });

  it("ends with 2 for an option, a command, a date or an Azure endpoint that cannot be", async () => {
    const option = await status("--jsn");
    expect(option.code).to.equal(2);
    expect(option.stderr).to.match(/^error: unknown option '--jsn'\n\(Did you mean --json\?\)/);
    const command = await patchplane(project.folder, project.cloud.url, ["statsu"]);
    expect(command.code).to.equal(2);
    expect(command.stderr).to.match(/^error: unknown command 'statsu'\n\(Did you mean status\?\)/);
    const date = await status("--as-of", "yesterday");
    expect(date.code).to.equal(2);
    expect(date.stderr).to.include("e.g. 2026-12-01T12:00:00Z");
    const env = { AZURE_RESOURCE_MANAGER_ENDPOINT: "http://management.example.com" };
    const azure = await patchplane(project.folder, project.cloud.url, ["status"], { env });
    expect(azure.code).to.equal(2);
    expect(azure.stderr).to.equal(
      "AZURE_RESOURCE_MANAGER_ENDPOINT: not an address that a token may be sent to, " +
        'got "http://management.example.com"; allowed: https://…, or http:// and a loopback address\n',
    );
  });

  it("says in JSON what has to be corrected, where JSON was asked for, and in words beside it", async () => {
    const faultsOf = async (...args: readonly string[]): Promise<unknown> => {
      const { code, stdout, stderr } = await patchplane(project.folder, project.cloud.url, args);
      expect(code, stderr).to.equal(2);
      expect(stderr).not.to.equal("");
      return bySchema("faults", stdout);
    };
    const answer = (...faults: readonly object[]) => ({ schema: "patchplane/faults/1", exitCode: 2, faults });
    expect(await faultsOf("status", "--json", "--jsn")).to.deep.equal(
      answer({ path: "command line", message: "unknown option '--jsn'\n(Did you mean --json?)" }),
    );
    expect(await faultsOf("statsu", "--format=json")).to.deep.equal(
      answer({ path: "command line", message: "unknown command 'statsu'\n(Did you mean status?)" }),
    );
    expect(await faultsOf("status", "-f", "json", "-s", "tset")).to.deep.equal(
      answer({
        path: "--stack",
        message: "there is no Pulumi.tset.yaml",
        value: "tset",
        allowed: "test",
        fix: 'did you mean "test"?',
      }),
    );
    const missing = join(project.folder, "no", "such.md");
    const written = ["plan", project.folder, project.folder, "-s", "test", "--calendar", missing, "--json"];
    expect(await faultsOf(...written))
      .to.have.nested.property("faults[0].message")
      .that.includes("ENOENT");
  });

  it("goes on without a location that refuses, counts its servers as unknown, and ends with 3", async () => {
    const between = await gate(project.cloud, "eu-west-1");
    const ended = await patchplane(project.folder, between.url, ["status", ...asOf, "--json"]);
    await between.close();
    const answer = parsed(ended.stdout);
    expect(answer.locations.map(({ name, failure, unknown }) => ({ name, failure, unknown }))).to.deep.equal([
      {
        name: "euw1",
        failure: "not allowed (role arn:aws:iam::444455556666:role/patchplane-deploy): not authorized to perform it",
        unknown: 2,
      },
      { name: "use1", failure: null, unknown: 0 },
    ]);
    expect(ended.code).to.equal(3);
  });

  it("ends with 3 and the reason when nothing listens at the endpoint", async () => {
    const ended = await patchplane(project.folder, "http://127.0.0.1:1", ["status", ...asOf]);
    expect(ended.stdout).to.include(
      "  euw1: the endpoint cannot be reached: nothing listens there (ECONNREFUSED)\n" +
        "  use1: the endpoint cannot be reached: nothing listens there (ECONNREFUSED)\n",
    );
    expect(ended.stdout).to.include("  7 their location could not be read\n");
    expect(ended.code).to.equal(3);
  });

  it("ends quietly when its reader goes away", async () => {
    const ended = await patchplane(project.folder, project.cloud.url, ["status", ...asOf, "--json"], {
      closeEarly: true,
    });
    expect(ended).to.include({ code: 0, stderr: "" });
  });

  it("prints help with an example, and its version", async () => {
    const help = await status("--help");
    expect(help).to.include({ code: 0, stderr: "" });
    expect(help.stdout).to.include("npx patchplane status --stack prod");
    const version = await patchplane(project.folder, project.cloud.url, ["--version"]);
    expect(version).to.deep.equal({ code: 0, stdout: "0.1.0\n", stderr: "" });
  });
});

// docs/onboarding.md; https://docs.aws.amazon.com/systems-manager/latest/userguide/hybrid-activation-managed-nodes.html
describe("patchplane status, onboarding", function () {
  this.timeout(300_000);
  const project = deployedProject(({ name }) => name !== "app-2");

  it("says of each VM how it stands, and finds a node by its own tags when its activation is gone", async () => {
    for (const server of project.plane.fleet.filter(({ name }) => name === "app-1" || name === "data-1")) {
      const client = ssmOf(project.cloud, project.plane, locationNameOf(project.plane, server));
      const { InstanceInformationList: nodes = [] } = await client.send(new DescribeInstanceInformationCommand({}));
      const node = nodes.find(({ InstanceId }) => InstanceId?.startsWith("mi-"));
      if (server.name === "app-1") {
        await client.send(new DeleteActivationCommand({ ActivationId: node?.ActivationId }));
      } else {
        const TagKeys = ["PatchGroup"];
        const ResourceType = "ManagedInstance";
        await client.send(new RemoveTagsFromResourceCommand({ ResourceType, ResourceId: node?.InstanceId, TagKeys }));
      }
    }
    const ended = await patchplane(project.folder, project.cloud.url, ["status", ...asOf, "--json"]);
    const status = parsed(ended.stdout);
    const states = status.servers.flatMap(({ name, onboarding }) =>
      onboarding === null ? [] : [`${name}: ${onboarding.state}; ${onboarding.todo ?? ""}`],
    );
    expect(states.sort()).to.deep.equal([
      "app-1: registered; ",
      "app-2: notDeployed; run pulumi up",
      "data-1: tagsDiffer; npx patchplane tags --apply",
    ]);
    expect(status.findings).to.deep.equal({
      failed: 0,
      unknown: 1,
      onboarding: 1,
      tags: 1,
      windows: 0,
      missed: 0,
      calendars: 0,
    });
    expect(ended.code).to.equal(1);
  });
});
