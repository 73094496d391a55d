import { basename } from "node:path";
import type { z } from "zod";
import { blobId } from "../domain/approvals/blobId.ts";
import { dateTimeOf, isDate } from "../domain/schedule/calendarDates.ts";
import type { Fault } from "../domain/fault.ts";
import type { Approval, ApprovedPatch } from "../domain/plane.ts";
import { operatingSystems, type OperatingSystem } from "../domain/server.ts";
import { hiddenTextFaults } from "./hiddenText.ts";
import { listOf, mapping, text, words } from "./schema/fields.ts";
import { suggest } from "../domain/nearest.ts";
import { positionIn, type Places, type Position } from "./yaml/positions.ts";
import type { ProjectFiles } from "./projectFiles.ts";
import { readYaml } from "./yaml/yamlText.ts";
import { zodFaults } from "./zodFaults.ts";
import { isMapping } from "../domain/values.ts";

const patch = mapping({
  id: words().describe("`name.<architecture of the machine>` on Linux, `KB…` on Windows"),
  title: words().optional().describe("the exact version, quoted; Linux only, and needed there"),
});

const patchesByOs = Object.fromEntries(
  operatingSystems.map((os) => [os, listOf(patch, 1000).optional().describe(`what may be installed on ${os}`)]),
) as unknown as Record<OperatingSystem, z.ZodOptional<z.ZodArray<typeof patch>>>;

const scanForm = /^(\d{4}-\d{2}-\d{2}T\d{6}Z-[0-9a-f]{8}|[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12})$/;
const scanAllowed = "what review shows, such as 2026-11-28T040210Z-0a1b2c3d, or a command's id";

const expiresForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** An approvals file, `<group>/<date>.yaml` in the approvals folder. */
export const approvalSchema = mapping({
  scan: text(scanForm, scanAllowed).describe(
    "the scan that the reviewer saw: what `patchplane review` calls it, or the id of a scan's command",
  ),
  note: words().describe("who approved it and why"),
  expires: text(expiresForm, '"yyyy-mm-ddThh:mm:ssZ", quoted, in UTC').describe(
    "end of validity: the install window ends then",
  ),
  patches: mapping(patchesByOs).describe("the patches, per OS"),
});

/** What was read of the approvals folder. */
export interface ApprovalReading {
  /** The file in force of each reviewed group that has one. */
  readonly approvals: Readonly<Record<string, Approval>>;
  readonly faults: readonly Fault[];
  /** Where the subject of a finding about an approvals file stands in it. */
  readonly positionOf: (file: string, finding: Pick<Fault, "path" | "value">) => Position | undefined;
}

/** What the reader needs to know of a group: `undefined` where the stack file is at fault there. */
export type GroupApprovals = ReadonlyMap<string, "reviewed" | "automatic" | "elsewhere" | undefined>;

const yamlName = /\.ya?ml$/i;

function fileNameFaults(folder: string, names: readonly string[]): readonly Fault[] {
  return names
    .filter((name) => yamlName.test(name) && !(name.endsWith(".yaml") && isDate(name.slice(0, -".yaml".length))))
    .map((name) => {
      return {
        file: `${folder}/${name}`,
        path: "name",
        message: "the file's name is no date",
        value: name,
        allowed: "yyyy-mm-dd.yaml",
      };
    });
}

function plainPatch({ id, title }: z.output<typeof patch>): ApprovedPatch {
  return title === undefined ? { id } : { id, title };
}

function withoutMissing(patches: z.output<typeof approvalSchema>["patches"]): Approval["patches"] {
  const kept: Partial<Record<OperatingSystem, readonly ApprovedPatch[]>> = {};
  for (const os of operatingSystems) {
    const list = patches[os];
    if (list !== undefined) {
      kept[os] = list.map(plainPatch);
    }
  }
  return kept;
}

interface FileReading {
  readonly approval?: Approval;
  readonly faults: readonly Fault[];
  readonly places: Places;
}

/** What is wrong with the end of validity, once its form is right. */
function expiryFaults(expires: unknown, day: string): readonly Fault[] {
  if (typeof expires !== "string" || !expiresForm.test(expires)) {
    return [];
  }
  const path = "expires";
  if (dateTimeOf(expires.slice(0, -1)) === undefined) {
    return [
      { path, message: "not a point in time", value: expires, allowed: '"yyyy-mm-ddThh:mm:ssZ", quoted, in UTC' },
    ];
  }
  return expires.slice(0, 10) < day
    ? [{ path, message: "ends before the file's own date, so nothing is ever installed", value: expires }]
    : [];
}

/** The patches of a file at fault, each list up to the first one that is: the plane's checks judge them as well. */
function readablePatches(value: unknown): Approval["patches"] {
  const lists = isMapping(value) && isMapping(value["patches"]) ? value["patches"] : {};
  const readable = operatingSystems.map((os) => {
    const list: unknown = lists[os];
    const entries: readonly unknown[] = Array.isArray(list) ? list : [];
    const read = entries.map((entry) => patch.safeParse(entry).data);
    const end = read.indexOf(undefined);
    return [os, read.slice(0, end < 0 ? read.length : end).flatMap((entry) => entry ?? [])] as const;
  });
  return withoutMissing(Object.fromEntries(readable.filter(([, entries]) => entries.length > 0)));
}

function readOne(content: string, file: string, group: string): FileReading {
  const { value, places, faults } = readYaml(content, file);
  if (faults.length > 0) {
    return { faults, places };
  }
  const result = approvalSchema.safeParse(value, { reportInput: true });
  const blob = blobId(content);
  const hidden = hiddenTextFaults(value);
  const found = [
    ...hidden,
    ...(result.success ? [] : zodFaults(result.error, [])).filter(
      ({ path }) => !hidden.some((fault) => fault.path === path),
    ),
    ...expiryFaults(isMapping(value) ? value["expires"] : undefined, basename(file, ".yaml")),
  ];
  if (!result.success || found.length > 0) {
    const placed = found.map((fault) => {
      const at = positionIn(places, fault) ?? { line: 1 };
      return { file, ...fault, path: fault.path === "" ? "file" : fault.path, ...at };
    });
    const unread = { group, file, blob, scanId: "", note: "", expires: "", patches: readablePatches(value) };
    return { approval: unread, faults: placed, places };
  }
  const { scan, note, expires, patches } = result.data;
  return {
    approval: { group, file, blob, scanId: scan, note, expires, patches: withoutMissing(patches) },
    faults: [],
    places,
  };
}

function groupFaults(folder: string, group: string, groups: GroupApprovals): readonly Fault[] {
  const file = `${folder}/${group}`;
  if (!groups.has(group)) {
    return [
      {
        file,
        path: "group",
        message: "there is no such group",
        value: group,
        ...suggest(group, [...groups.keys()].sort()),
      },
    ];
  }
  const approval = groups.get(group);
  return approval === undefined || approval === "reviewed"
    ? []
    : [
        {
          file,
          path: "group",
          message: "approvals are for groups with approval: reviewed",
          value: approval,
          fix: "remove the folder, or make the group reviewed",
        },
      ];
}

/**
 * Reads `<folder>/<group>/<date>.yaml`. Of a group's files the newest by name is in force and replaces the older ones,
 * which are not read. Files that are no YAML, such as a README, are passed over.
 */
export function readApprovals(files: ProjectFiles, folder: string, groups: GroupApprovals): ApprovalReading {
  const approvals: Record<string, Approval> = {};
  const faults: Fault[] = [];
  const places = new Map<string, Places>();
  for (const { name, isFolder } of files.list(folder)) {
    if (!isFolder) {
      if (yamlName.test(name)) {
        const message = "an approvals file stands in its group's folder";
        faults.push({
          file: `${folder}/${name}`,
          path: "name",
          message,
          allowed: `${folder}/<group>/<yyyy-mm-dd>.yaml`,
        });
      }
      continue;
    }
    const names = files.list(`${folder}/${name}`).map((entry) => entry.name);
    faults.push(...groupFaults(folder, name, groups), ...fileNameFaults(`${folder}/${name}`, names));
    const newest = names.filter((file) => file.endsWith(".yaml")).at(-1);
    if (newest === undefined) {
      continue;
    }
    const file = `${folder}/${name}/${newest}`;
    const read = readOne(files.read(file) ?? "", file, name);
    faults.push(...read.faults);
    places.set(file, read.places);
    if (read.approval !== undefined && groups.get(name) === "reviewed") {
      approvals[name] = read.approval;
    }
  }
  return { approvals, faults, positionOf: (file, finding) => positionIn(places.get(file) ?? new Map(), finding) };
}
