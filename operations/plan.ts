import { assessPlaneFrom } from "../config/file.ts";
import { accountsFile, readAccounts } from "../config/accounts.ts";
import type { ProjectFiles } from "../config/projectFiles.ts";
import { environmentsOf } from "../config/stackFile.ts";
import type { Assessed } from "../config/assemblePlane.ts";
import { checkCapacity } from "../domain/checks/capacity.ts";
import { settledFindings } from "../domain/checks/checkPlane.ts";
import type { Finding } from "../domain/fault.ts";
import { findingsOfStack, accountsFindings } from "../domain/checks/accounts.ts";
import { planChange, type PlanSide } from "../domain/plan/planChange.ts";
import type { PlanReport } from "../domain/plan/report.ts";
import type { LearnedMinutes, Plane } from "../domain/plane.ts";

/** One version of the project: its files, and what it is called. */
export interface ProjectVersion {
  readonly label: string;
  readonly files: ProjectFiles;
}

/** A plan with the planes of its versions, where they could be read. */
export interface StackPlan {
  readonly report: PlanReport;
  readonly before?: Plane;
  readonly plane?: Plane;
}

/** A stack as it was read, with every file that was looked at. */
interface Reading {
  readonly assessed: Assessed | "absent";
  readonly reads: ReadonlyMap<string, string | undefined>;
  readonly lists: ReadonlyMap<string, string>;
}

function listed(files: ProjectFiles, path: string): string {
  return JSON.stringify(files.list(path));
}

function readStack(files: ProjectFiles, stack: string): Reading {
  const reads = new Map<string, string | undefined>();
  const lists = new Map<string, string>();
  const recorded: ProjectFiles = {
    read: (path) => {
      const text = files.read(path);
      reads.set(path, text);
      return text;
    },
    list: (path) => {
      lists.set(path, listed(files, path));
      return files.list(path);
    },
  };
  return { assessed: assessPlaneFrom(recorded, stack), reads, lists };
}

/** Whether another version has the same in every file that a reading looked at. */
function sameIn(files: ProjectFiles, { reads, lists }: Reading): boolean {
  return (
    [...reads].every(([path, text]) => files.read(path) === text) &&
    [...lists].every(([path, entries]) => listed(files, path) === entries)
  );
}

type Readings = ReadonlyMap<string, Reading["assessed"]>;

/** Reads every stack of both versions. One that is the same in both is read once: most changes touch one stack. */
function readBoth(base: ProjectFiles, head: ProjectFiles, stacks: readonly string[]): readonly [Readings, Readings] {
  const now = new Map(stacks.map((stack) => [stack, readStack(head, stack)]));
  const old = [...now].map(([stack, reading]) => {
    const { assessed } = sameIn(base, reading) ? reading : readStack(base, stack);
    return [stack, assessed] as const;
  });
  return [new Map(old), new Map([...now].map(([stack, { assessed }]) => [stack, assessed]))];
}

function planeOf(reading: Reading["assessed"] | undefined): Plane | undefined {
  return reading !== undefined && reading !== "absent" && "plane" in reading ? reading.plane : undefined;
}

/** What the list of accounts says of all stacks that could be read; nothing where there is no list. */
function accountsOf(files: ProjectFiles, readings: Readings): readonly Finding[] {
  const text = files.read(accountsFile);
  const list = text === undefined ? undefined : readAccounts(text, accountsFile);
  if (list === undefined || "faults" in list) return [];
  const read = [...readings.values()];
  // A stack that cannot be read may have the locations that seem to be missing.
  if (read.some((reading) => reading !== "absent" && "faults" in reading)) return [];
  const planes = read.flatMap((reading) => planeOf(reading) ?? []);
  return accountsFindings(planes, list.accounts, accountsFile);
}

/** Capacity is judged when the files are read: once more, where it is known what installations take. */
function judgedAnew(
  { plane, findings, place }: Extract<PlanSide, { state: "read" }>,
  learned: readonly LearnedMinutes[],
): Pick<Extract<PlanSide, { state: "read" }>, "plane" | "findings"> {
  if (learned.length === 0) return { plane, findings };
  const taught = { ...plane, learned };
  const others = findings.filter(({ id }) => id !== "window-capacity");
  return { plane: taught, findings: [...others, ...settledFindings(taught, checkCapacity(taught)).map(place)] };
}

function sideOf(
  label: string,
  stack: string,
  readings: Readings,
  accounts: readonly Finding[],
  learned: readonly LearnedMinutes[],
): PlanSide {
  const others = [...readings].flatMap(([name, reading]) => {
    const plane = planeOf(reading);
    return name === stack || plane === undefined ? [] : [{ name, plane }];
  });
  const own = readings.get(stack) ?? "absent";
  if (own === "absent") return { label, others, state: "absent" };
  if ("faults" in own) return { label, others, state: "unreadable", faults: own.faults };
  const { plane, place } = own;
  const findings = [...own.findings, ...settledFindings(plane, findingsOfStack(plane, accounts))];
  const side = { label, others, state: "read", plane, findings, place } as const;
  return { ...side, ...judgedAnew(side, learned) };
}

/**
 * Plans stacks over two versions of the project. All stacks of both versions are read, because some checks compare
 * them; each file once.
 * @param stacks - names to plan; every stack of either version when left out
 * @param learned - what installations took, by stack: both versions are judged by the same
 */
export function planStacks(
  base: ProjectVersion,
  head: ProjectVersion,
  asOf: Date,
  stacks?: readonly string[],
  learned: ReadonlyMap<string, readonly LearnedMinutes[]> = new Map(),
): readonly StackPlan[] {
  const all = [...new Set([...environmentsOf(base.files), ...environmentsOf(head.files)])].sort();
  const [old, now] = readBoth(base.files, head.files, all);
  const [oldAccounts, accounts] = [accountsOf(base.files, old), accountsOf(head.files, now)];
  return (stacks ?? all).map((stack) => {
    const notes = all
      .filter((name) => name !== stack && "faults" in Object(now.get(name)))
      .map((name) => `stack ${name} cannot be read, so checks across stacks leave it out`);
    const known = learned.get(stack) ?? [];
    const report = planChange({
      stack,
      asOf,
      base: sideOf(base.label, stack, old, oldAccounts, known),
      head: sideOf(head.label, stack, now, accounts, known),
      notes,
    });
    const [before, plane] = [planeOf(old.get(stack)), planeOf(now.get(stack))];
    return { report, ...(before === undefined ? {} : { before }), ...(plane === undefined ? {} : { plane }) };
  });
}
