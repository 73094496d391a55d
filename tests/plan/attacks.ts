import { fleetColumnNames } from "../../fleet/schema.ts";
import { Edited } from "./project.ts";

const stackFile = "Pulumi.prod.yaml";
const fleetFile = "fleet/prod.csv";

/** So many copies of what a function writes as fit into a length. */
function filled(write: (index: number) => string, limit: number): string {
  const parts: string[] = [];
  let length = 0;
  for (let index = 0; length < limit; index += 1) {
    const part = write(index);
    parts.push(part);
    length += part.length;
  }
  return parts.slice(0, -1).join("");
}

function stack(text: string): Edited {
  return new Edited().write(stackFile, text);
}

const head = new Edited().text(stackFile);
const row = new Edited().text(fleetFile).match(/^i-.*,app,.*$/m)?.[0] ?? "";

/** The sample's stack file with a section put in the place of its own. */
function section(name: string, body: string): Edited {
  const without = head.replace(new RegExp(`^  patchplane:${name}:\\n(?:    .*\\n)*`, "m"), "");
  return stack(`${without}  patchplane:${name}:\n${body}`);
}

/** So many entries, each with its number and a time zone. */
function many(count: number, write: (index: string, zone: string) => string): string {
  const zones = Intl.supportedValuesOf("timeZone");
  return Array.from({ length: count }, (_, index) => write(String(index), zones[index % zones.length] ?? "UTC")).join(
    "",
  );
}

function aliases(levels: number, width: number): string {
  const level = (index: number): string =>
    `a${String(index)}: &a${String(index)} [${Array(width)
      .fill(index === 0 ? "x" : `*a${String(index - 1)}`)
      .join(", ")}]\n`;
  return Array.from({ length: levels }, (_, index) => level(index)).join("");
}

function cells(more: Readonly<Record<string, string>>): string {
  const values = row.split(",");
  return fleetColumnNames.map((name, index) => more[name] ?? values[index] ?? "").join(",");
}

/**
 * Changes that ask for more than they look like.
 * @param size - of what is changed, in characters of ASCII
 */
export function attacksOf(size: number): Readonly<Record<string, () => Edited>> {
  // The sample's own text is beside it.
  const fill = (write: (index: number) => string, limit = size - head.length - 200): string => filled(write, limit);
  return {
    "a freeze to the end of the calendar": () =>
      section("freezes", '    - {from: "2026-12-01", to: "9999-12-31", reason: ever}\n'),
    "freezes without number": () =>
      section(
        "freezes",
        fill((index) => `    - {from: "20${String(10 + (index % 80))}-01-01", to: "2099-12-31", reason: r}\n`),
      ),
    "aliases of aliases": () => stack(`${head}  x: 1\n${aliases(12, 60)}`),
    "aliases of aliases in a setting": () =>
      stack(
        `${head.replace("config:\n", `config:\n${aliases(9, 40).replace(/^/gm, "  ").trimEnd()}\n`)}  patchplane:owner: *a8\n`,
      ),
    "merges of merges": () =>
      stack(
        fill(
          (index) =>
            `m${String(index)}: &m${String(index)}\n  k${String(index)}: 1\n  <<: *m${String(Math.max(0, index - 1))}\n`,
        ),
      ),
    brackets: () => stack(`config: ${"[".repeat(size - 10)}`),
    "brackets that close": () => stack(`config: ${"[".repeat(size / 2 - 10)}${"]".repeat(size / 2 - 10)}`),
    braces: () => stack(`config: ${"{a: ".repeat(size / 5)}`),
    dashes: () => stack(`config:\n  ${"- ".repeat(size / 2 - 10)}`),
    "question marks": () => stack("? ".repeat(size / 2 - 10)),
    "ever deeper lines": () => stack(fill((index) => `${" ".repeat(index)}a:\n`)),
    "one key": () => stack(`config:\n  patchplane:${"k".repeat(size - 40)}: 1\n`),
    keys: () => stack(`config:\n${fill((index) => `  k${String(index)}: 1\n`)}`),
    "the same key": () => stack(`config:\n${"  k: 1\n".repeat(size / 7 - 10)}`),
    "unknown settings": () => stack(`${head}${fill((index) => `  patchplane:k${String(index)}: 1\n`)}`),
    tags: () => stack(`config:\n${fill((index) => `  k${String(index)}: !!binary aGVsbG8=\n`)}`),
    anchors: () => stack(`config:\n${fill((index) => `  k${String(index)}: &a${String(index)} x\n`)}`),
    "aliases to nowhere": () => stack(`config:\n${fill((index) => `  k${String(index)}: *nowhere\n`)}`),
    quotes: () => stack(`config: "${'\\"'.repeat(size / 2 - 20)}`),
    documents: () => stack("--- x\n".repeat(size / 6 - 10)),
    comments: () => stack(`${head}${"#\n".repeat(size / 2 - 4000)}`),
    windows: () =>
      section(
        "windows",
        fill(
          (index) =>
            `    w${String(index)}: {operation: install, groups: [app], schedule: cron(0 ${String(index % 24)} * * ? *)}\n`,
        ),
      ),
    "windows in every zone": () =>
      section(
        "windows",
        Intl.supportedValuesOf("timeZone")
          .map(
            (zone, index) =>
              `    w${String(index)}: {operation: install, groups: [app], timezone: ${zone}, schedule: cron(30 2 * * ? *)}\n`,
          )
          .join(""),
      ),
    "windows that run all the time": () =>
      section(
        "windows",
        fill(
          (index) => `    w${String(index)}: {operation: install, groups: [app], schedule: cron(0/5 * * * ? *)}\n`,
          40_000,
        ),
      ),
    dates: () =>
      section(
        "windows",
        `    w: {operation: install, groups: [app], schedule: {at: "22:00", dates: [${fill((index) => `"20${String(26 + (index % 70))}-01-${String(1 + (index % 28)).padStart(2, "0")}",`)}]}}\n`,
      ),
    "dates that are none": () =>
      section(
        "windows",
        `    w: {operation: install, groups: [app], schedule: {at: "22:00", dates: [${fill(() => "x,")}]}}\n`,
      ),
    groups: () =>
      section(
        "groups",
        fill(
          (index) =>
            `    g${String(index)}: {baselines: {UBUNTU: x${String(index)}}, approval: automatic, reboot: NoReboot}\n`,
        ),
      ),
    "groups that a window names": () =>
      section(
        "windows",
        `    w: {operation: install, schedule: cron(0 22 ? * SUN *), groups: [${fill((index) => `g${String(index)},`)}]}\n`,
      ),
    "one long name that is nobody's": () =>
      section(
        "windows",
        `    ${"w".repeat(size / 3)}: {operation: install, schedule: cron(0 22 ? * SUN *), groups: [${"g".repeat(size / 3)}]}\n`,
      ),
    "a schedule": () =>
      section("windows", `    w: {operation: install, groups: [app], schedule: "cron(${"0,".repeat(size / 3)})"}\n`),
    "a time zone": () => stack(head.replace(/timezone: .*/, `timezone: ${"Europe/".repeat(size / 8)}`)),
    locations: () =>
      section(
        "locations",
        fill(
          (index) => `    l${String(index)}: {accountId: "${String(index).padStart(12, "0")}", region: us-east-1}\n`,
        ),
      ),
    baselines: () =>
      section(
        "baselines",
        fill((index) => `    b${String(index)}: {operatingSystem: DEBIAN, rules: [{filters: {PRODUCT: ["*"]}}]}\n`),
      ),
    "checks that do not exist": () =>
      section(
        "checks",
        fill((index) => `    c${String(index)}: {severity: "off", reason: r}\n`),
      ),
    "lines of a hook": () =>
      section(
        "windows",
        `    w: {operation: install, groups: [app], schedule: cron(0 22 ? * SUN *), hooks: {before: [{name: h, linux: [${fill(() => "x,")}]}]}}\n`,
      ),
    cells: () => new Edited().write(fleetFile, `${fleetColumnNames.join(",")}\n${",".repeat(size)}`),
    columns: () => new Edited().write(fleetFile, `id,${fill((index) => `c${String(index)},`)}\n`),
    "lines of one letter": () =>
      new Edited().write(fleetFile, `${fleetColumnNames.join(",")}\n${"a\n".repeat(size / 2)}`),
    "empty lines": () => new Edited().write(fleetFile, `${fleetColumnNames.join(",")}\n${"\n".repeat(size)}`),
    "rows of nothing": () =>
      new Edited().write(
        fleetFile,
        `${fleetColumnNames.join(",")}\n${`${",".repeat(fleetColumnNames.length - 1)}\n`.repeat(size / fleetColumnNames.length - 20)}`,
      ),
    "an open quote": () => new Edited().write(fleetFile, `${fleetColumnNames.join(",")}\n"${"a\n".repeat(size / 2)}`),
    "quotes in cells": () => new Edited().write(fleetFile, `${fleetColumnNames.join(",")}\n${'""'.repeat(size / 2)}`),
    "the same server": () => new Edited().write(fleetFile, `${fleetColumnNames.join(",")}\n${fill(() => `${row}\n`)}`),
    "servers in groups of their own": () =>
      new Edited().write(
        fleetFile,
        `${fleetColumnNames.join(",")}\n${fill((index) => `${cells({ id: `i-${index.toString(16).padStart(17, "0")}`, patch_group: `g${String(index)}` })}\n`)}`,
      ),
    "servers at sites that are none": () =>
      new Edited().write(
        fleetFile,
        `${fleetColumnNames.join(",")}\n${fill((index) => `${cells({ id: `i-${index.toString(16).padStart(17, "0")}`, site: `s${String(index)}` })}\n`)}`,
      ),
    "servers of endless size": () =>
      new Edited().write(
        fleetFile,
        `${fleetColumnNames.join(",")}\n${fill((index) => `${cells({ id: `asg:a${String(index)}`, size: "999999999" })}\n`)}`,
      ),
    "a cell": () =>
      new Edited().write(fleetFile, `${fleetColumnNames.join(",")}\n${cells({ owner: "a".repeat(size) })}\n`),
    "patches that are approved": () =>
      new Edited().write(
        "approvals/prod/db/2026-12-01.yaml",
        `scan: 11111111-2222-4333-8444-555555555555\nnote: n\nexpires: "2026-12-20T00:00:00Z"\npatches:\n  UBUNTU:\n${fill((index) => `    - {id: p${String(index)}.amd64, title: "1"}\n`)}`,
      ),
    "aliases in an approvals file": () =>
      new Edited().write("approvals/prod/db/2026-12-01.yaml", `${aliases(12, 60)}scan: *a11\n`),
    "approvals of groups that are none": () => {
      const edited = new Edited();
      for (let index = 0; index < 3000; index += 1)
        edited.write(`approvals/prod/g${String(index)}/2026-12-01.yaml`, "scan: s\n");
      return edited;
    },
    stacks: () => {
      const edited = new Edited();
      for (let index = 0; index < 300; index += 1) edited.write(`Pulumi.s${String(index)}.yaml`, "config: {}\n");
      return edited;
    },
    // As much as the bounds let through: such a stack can be read, and is planned whole.
    "as many windows as there may be, in every zone": () =>
      section(
        "windows",
        many(
          90,
          (index, zone) =>
            `    w${index}: {operation: install, groups: [app], timezone: ${zone}, schedule: cron(30 2 * * ? *)}\n`,
        ),
      ),
    "as many windows as there may be, all the time": () =>
      section(
        "windows",
        many(90, (index) => `    w${index}: {operation: install, groups: [app], schedule: cron(0/5 * * * ? *)}\n`),
      ),
    "as many windows and freezes as there may be": () =>
      new Edited().write(
        stackFile,
        section(
          "windows",
          many(90, (index) => `    w${index}: {operation: install, groups: [app], schedule: cron(0 2 ? * TUE#2 *)}\n`),
        ).text(stackFile) +
          `  patchplane:freezes:\n${many(100, () => '    - {from: "1970-01-01", to: "2199-12-31", reason: r}\n')}`,
      ),
    "as many dates as there may be": () =>
      section(
        "windows",
        many(
          30,
          (index) =>
            `    w${index}: {operation: install, groups: [app], schedule: {at: "22:00", dates: [${many(366, (day) => `"20${String(26 + (Number(day) % 70))}-0${String(1 + (Number(day) % 9))}-${String(10 + (Number(day) % 19))}",`)}]}}\n`,
        ),
      ),
    "a rate and a freeze as long as there may be": () =>
      new Edited().write(
        stackFile,
        `${head.replace("cron(0 23 ? * FRI *)", "rate(1 minute)")}  patchplane:freezes: [{from: "1970-01-01", to: "2199-12-31", reason: r}]\n`,
      ),
  };
}
