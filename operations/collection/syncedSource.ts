import { syncedFolder } from "../../domain/collection/layout.ts";
import type { ComplianceItemRecord, PatchSummaryRecord } from "../../domain/collection/records.ts";
import type { AskedNode, SyncedUse } from "../../domain/collection/syncedUse.ts";
import type { Location } from "../../domain/plane.ts";
import { bucketName } from "../../domain/stack/awsNames.ts";
import { syncFolder } from "../../domain/stack/syncFolder.ts";
import { byText } from "../../domain/text.ts";
import { instantText } from "../../domain/time.ts";
import { s3Client } from "../aws/clients.ts";
import { applicationRecord } from "../aws/inventory.ts";
import { patchCounts, ruledStates } from "../aws/patches.ts";
import { BrokenFile, readRecords } from "../store/records.ts";
import { s3Store } from "../store/s3Store.ts";
import { applicationCalls, patchCalls, type NodeSource } from "./nodeSource.ts";

type SyncedType = "AWS:Application" | "AWS:ComplianceItem" | "AWS:PatchSummary" | "AWS:Tag";
/** What the sync writes as one line: every value a text. */
type Row = Readonly<Record<string, string | undefined>>;

const types = ["AWS:Application", "AWS:ComplianceItem", "AWS:PatchSummary", "AWS:Tag"] as const;
const ending = ".json";
/** The API has fractions of a second, and the files may have none. */
const roundingMs = 1_000;

function instant(text: string): string {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) || time.getTime() === 0 ? "" : instantText(time);
}

/** Whether a file's summary is of the operation that the API tells as the node's last. */
function isLast(row: Row | undefined, summary: PatchSummaryRecord): boolean {
  if (row?.["SnapshotId"] !== summary.SnapshotId) return false;
  const apart = Date.parse(row["OperationEndTime"] ?? "") - Date.parse(summary.OperationEndTime);
  return Math.abs(apart) <= roundingMs;
}

function itemOf(row: Row, summary: PatchSummaryRecord): ComplianceItemRecord {
  const isBad = row["Status"] === "NON_COMPLIANT";
  return {
    resourceId: summary.resourceId,
    Id: row["Id"] ?? "",
    Title: row["Title"] ?? "",
    Status: isBad ? "NON_COMPLIANT" : "COMPLIANT",
    Severity: isBad ? (row["Severity"] ?? "") : "",
    PatchState: row["PatchState"] ?? "",
    PatchSeverity: row["PatchSeverity"] ?? "",
    Classification: row["Classification"] ?? "",
    PatchGroup: summary.PatchGroup,
    CVEIds: row["CVEIds"] ?? "",
    InstalledTime: instant(row["InstalledTime"] ?? ""),
    ExecutionTime: summary.OperationEndTime,
    ExecutionId: summary.SnapshotId,
  };
}

/** Files of a location's bucket that a sync has written, as a source of nodes. */
export interface SyncedSource extends NodeSource {
  /**
   * What was read so far.
   * @param known - ids of the nodes that Systems Manager knows
   */
  readonly use: (known: ReadonlySet<string>) => SyncedUse;
  readonly close: () => void;
}

/** The files as they are, each read when it is asked for. */
interface SyncedFiles {
  /** The store that they lie in. */
  readonly place: string;
  /** Ids of the nodes that have a file. */
  readonly nodes: ReadonlySet<string>;
  /** How many were read so far. */
  readonly filesRead: () => number;
  /** The rows of a node's file; undefined where it has none, or a broken one. */
  readonly rows: (type: SyncedType, id: string) => Promise<readonly Row[] | undefined>;
  readonly close: () => void;
}

async function openFiles(environment: string, location: Location): Promise<SyncedFiles> {
  const client = s3Client(location);
  const bucket = bucketName(environment, location.name, location.accountId);
  const store = s3Store(client, { bucket, prefix: `${syncFolder}/` });
  const files = new Set<string>();
  try {
    for (const type of types) for (const path of await store.paths(syncedFolder(type, location))) files.add(path);
  } catch (error) {
    client.destroy();
    throw error;
  }
  let filesRead = 0;
  return {
    place: store.place,
    nodes: new Set([...files].map((path) => path.slice(path.lastIndexOf("/") + 1, -ending.length))),
    filesRead: () => filesRead,
    rows: async (type, id) => {
      const path = `${syncedFolder(type, location)}/${id}${ending}`;
      if (!files.has(path)) return undefined;
      filesRead += 1;
      try {
        return (await Array.fromAsync(readRecords(store, path))) as readonly Row[];
      } catch (error) {
        if (error instanceof BrokenFile) return undefined;
        throw error;
      }
    },
    close: () => {
      client.destroy();
    },
  };
}

/** The patches of a node's last operation; undefined where the files are not of it, or not whole. */
async function patchRows(
  files: SyncedFiles,
  summary: PatchSummaryRecord,
): Promise<readonly ComplianceItemRecord[] | undefined> {
  const [last] = (await files.rows("AWS:PatchSummary", summary.resourceId)) ?? [];
  if (!isLast(last, summary)) return undefined;
  const rows = (await files.rows("AWS:ComplianceItem", summary.resourceId)) ?? [];
  const ruled = rows.filter(
    (row) => row["ComplianceType"] === "Patch" && ruledStates.includes(row["PatchState"] ?? ""),
  );
  return ruled.length === patchCounts(summary).patches ? ruled.map((row) => itemOf(row, summary)) : undefined;
}

/**
 * Opens the files that the stack's resource data sync has written for a location, a plain one of JSON lines for each node
 * and type. What they do not hold is asked: a node that has no file, and the patches of a node whose files are not of its
 * last scan or installation, or hold not as many rows as it counted.
 * @param asking - what answers then
 * @throws what S3 says when the folder cannot be listed
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-resource-data-sync.html
 */
export async function openSynced(environment: string, location: Location, asking: NodeSource): Promise<SyncedSource> {
  const files = await openFiles(environment, location);
  let callsSaved = 0;
  const asked: AskedNode[] = [];
  const askedFor = <T>(resourceId: string, lack: string, answer: () => Promise<T>): Promise<T> => {
    asked.push({ resourceId, lack });
    return answer();
  };
  return {
    applications: async (id) => {
      const rows = await files.rows("AWS:Application", id);
      if (rows === undefined) return askedFor(id, "no packages in the files", () => asking.applications(id));
      callsSaved += applicationCalls(rows.length);
      return rows.map((row) => applicationRecord(id, row, row["captureTime"] ?? ""));
    },
    patches: async (summary) => {
      const items = await patchRows(files, summary);
      if (items === undefined)
        return askedFor(summary.resourceId, "no patches of the last scan in the files", () => asking.patches(summary));
      callsSaved += patchCalls(summary);
      return items;
    },
    tags: async (id) => {
      const rows = await files.rows("AWS:Tag", id);
      if (rows === undefined) return askedFor(id, "no tags in the files", () => asking.tags(id));
      callsSaved += 1;
      return rows.map((row) => ({ resourceId: id, Key: row["Key"] ?? "", Value: row["Value"] ?? "" }));
    },
    use: (known) => ({
      place: files.place,
      filesRead: files.filesRead(),
      callsSaved,
      asked: asked.toSorted((a, b) => byText(a.resourceId, b.resourceId) || byText(a.lack, b.lack)),
      gone: [...files.nodes].filter((id) => !known.has(id)).sort(),
    }),
    close: files.close,
  };
}
