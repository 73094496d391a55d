import type { S3Client } from "@aws-sdk/client-s3";
import { recordKey, type ApprovalRecord, type RecordedApproval } from "../domain/approvals/merge.ts";
import type { Approval, Location, Plane } from "../domain/plane.ts";
import { plannedLocation } from "../domain/stack/plannedLocation.ts";
import { locationsOf } from "../domain/status/placedServers.ts";
import { instantText } from "../domain/time.ts";
import { hasObject, readApprovalRecord } from "./approvals/records.ts";
import { s3Client } from "./aws/clients.ts";
import { awsFailure } from "./aws/failure.ts";
import { putOnce } from "./aws/reportObjects.ts";
import type { LocationScope } from "./fleetNodes.ts";
import { mergeOf } from "./github/merge.ts";
import type { Repository } from "./github/client.ts";
import type { Step } from "./progress.ts";

/** Whom to ask, and about which commit. */
export interface RecordTask {
  readonly repository: Repository;
  /** The commit that was deployed. */
  readonly ref: string;
  /** The project's place in its repository, `""` or `folder/`. */
  readonly place: string;
  readonly asOf: Date;
}

/**
 * Keeps in each location who approved what is installed there, once for each content of an approvals file; a record
 * that is there stays. Of each location 1 GetObject an approval, and for a new record 1 HeadObject and 1 PutObject; of
 * GitHub five calls for each file that is recorded for the first time.
 */
export async function recordApprovals(
  plane: Plane,
  scope: LocationScope,
  { repository, ref, place, asOf }: RecordTask,
): Promise<readonly RecordedApproval[]> {
  const merges = new Map<string, ReturnType<typeof mergeOf>>();
  const merge = ({ file, blob }: Approval): ReturnType<typeof mergeOf> => {
    const asked = merges.get(file) ?? mergeOf(repository, { path: `${place}${file}`, blob, ref });
    merges.set(file, asked);
    return asked;
  };
  const recorded = async (
    client: S3Client,
    bucket: string,
    { approval, list }: { readonly approval: Approval; readonly list: string },
  ): Promise<Pick<RecordedApproval, "outcome" | "merge" | "failure">> => {
    const there = await readApprovalRecord(client, bucket, approval);
    if (there !== undefined) return { outcome: "there", merge: there };
    if (!(await hasObject(client, bucket, list)))
      return { outcome: "failed", failure: `${list} is not there: deploy first (pulumi up)` };
    const found = await merge(approval);
    if ("failure" in found) return { outcome: "failed", failure: found.failure };
    const { group, file, blob, scanId: scan, note, expires } = approval;
    const about = { environment: plane.environment, group, file, blob, list, scan, note, expires };
    const record: ApprovalRecord = {
      schema: "patchplane/approval/1",
      ...about,
      ...found,
      recordedAt: instantText(asOf),
    };
    const body = `${JSON.stringify(record, undefined, 2)}\n`;
    const wasPut = await putOnce(client, bucket, { key: recordKey(approval), body, contentType: "application/json" });
    return { outcome: wasPut ? "recorded" : "there", merge: found };
  };
  const steps = locationsOf(plane, scope).map((location: Location): Step<readonly RecordedApproval[]> => {
    const { windows, bucket } = plannedLocation(plane, location);
    const approved = new Map(
      [...windows.values()].flatMap((window) =>
        window.approved === undefined
          ? []
          : [[window.approved.approval.file, { ...window.approved, list: window.approved.list.key }] as const],
      ),
    );
    return {
      title: location.name,
      act: async () => {
        const client = s3Client(location);
        const rows: RecordedApproval[] = [];
        for (const each of approved.values()) {
          const { group, file } = each.approval;
          const about = { location: location.name, group, file, key: recordKey(each.approval) };
          try {
            rows.push({ ...about, ...(await recorded(client, bucket, each)) });
          } catch (error) {
            rows.push({ ...about, outcome: "failed", failure: awsFailure(error, location) });
          }
        }
        client.destroy();
        const failed = rows.some(({ outcome }) => outcome === "failed");
        return { value: rows, line: `${location.name}: ${rows.map(({ outcome }) => outcome).join(", ")}`, failed };
      },
    };
  });
  return (await scope.runSteps(steps)).flat();
}
