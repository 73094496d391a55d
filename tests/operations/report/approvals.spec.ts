import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { projectFiles } from "../../../config/projectFiles.ts";
import { blobId } from "../../../domain/approvals/blobId.ts";
import { recordKey, type ApprovalRecord } from "../../../domain/approvals/merge.ts";
import type { RunRecord, ServerRecord } from "../../../domain/collection/records.ts";
import { approvalsOf } from "../../../operations/report/approvals.ts";
import { folderStore } from "../../../operations/store/folderStore.ts";
import { group, samplePlane } from "../../domain/samplePlane.ts";
import { folderOfAll } from "../../harness/folders.ts";

describe("who approved what a run installed", () => {
  const folder = folderOfAll();
  const file = "approvals/app/2026-12-01.yaml";
  const text = "scan: x\n";
  const server = { patchGroup: "app", approval: "reviewed" } as ServerRecord;

  async function approvers(started = "2026-12-03T02:00:00Z"): Promise<{ readonly by: string; readonly whom: string }> {
    const of = samplePlane({ groups: [group("app", { approval: "reviewed" })] });
    const store = folderStore(join(folder(), "collections"));
    return (await approvalsOf(folder(), projectFiles(folder()), of, store))(server, { started } as RunRecord);
  }

  before(() => {
    mkdirSync(join(folder(), "approvals", "app"), { recursive: true });
    writeFileSync(join(folder(), file), text);
  });

  it("is nobody on record, and the file by its name alone, where no deployment left a record", async () => {
    expect(await approvers()).to.deep.equal({ by: `${file} (by its name alone)`, whom: "not on record" });
  });

  it("is who had approved its pull request, by the record of what was deployed when the run began", async () => {
    const record = (blob: string, login: string, recordedAt: string, of = file): ApprovalRecord => ({
      schema: "patchplane/approval/1",
      environment: "prod",
      group: "app",
      file: of,
      blob,
      list: "",
      scan: "",
      note: "",
      expires: "",
      recordedAt,
      commit: { id: "c", author: "dave", at: "" },
      pullRequest: {
        number: 7,
        url: "",
        author: "dave",
        mergedAt: "",
        mergedBy: "erin",
        approvers: [{ login, at: "", ofWhatWasMerged: true }],
      },
    });
    const [newer, newText] = ["approvals/app/2026-12-02.yaml", "scan: z\n"];
    writeFileSync(join(folder(), newer), newText);
    const again = "approvals/app/2026-12-06.yaml";
    writeFileSync(join(folder(), again), text);
    for (const each of [
      record(blobId(text), "alice", "2026-12-02T09:00:00Z"),
      record(blobId("scan: y\n"), "carol", "2026-12-01T09:00:00Z"),
      record(blobId(newText), "bob", "2026-12-04T09:00:00Z", newer),
      record(blobId(text), "frank", "2026-12-06T09:00:00Z", again),
    ]) {
      const path = join(folder(), "collections", recordKey(each).replace("approved/", "approved/use1/"));
      mkdirSync(join(path, ".."), { recursive: true });
      writeFileSync(path, JSON.stringify(each));
    }
    const whom = (login: string): string => `${login}; pull request #7 of dave, merged by erin, commit c`;
    // Named for a day before the run, and deployed after it.
    expect(await approvers()).to.deep.equal({ by: file, whom: whom("alice") });
    expect(await approvers("2026-12-05T02:00:00Z")).to.deep.equal({ by: newer, whom: whom("bob") });
    // The file had another content then.
    expect(await approvers("2026-12-01T20:00:00Z")).to.deep.equal({ by: file, whom: whom("carol") });
    // Another file with the content of an older one has approvers of its own.
    expect(await approvers("2026-12-07T02:00:00Z")).to.deep.equal({ by: again, whom: whom("frank") });
    expect(await approvers("2026-12-06T02:00:00Z")).to.deep.equal({ by: newer, whom: whom("bob") });
    // An edit of which no deployment left a record approves nothing.
    writeFileSync(join(folder(), again), "scan: edited\n");
    expect(await approvers("2026-12-07T02:00:00Z")).to.deep.equal({
      by: again,
      whom: `${whom("frank")}; edited since, and that is not on record`,
    });
  });
});
