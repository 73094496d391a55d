import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { updateAdvisories } from "../operations/advisories.ts";
import type { RunSteps } from "../operations/progress.ts";
import { folderStore } from "../operations/store/folderStore.ts";
import { publishedNotices } from "../simulator/index.ts";
import { DemoFailed } from "./run.ts";

/** Writes what the embedded cloud's vendors have published as files, and reads them as `patchplane advisories` does. */
export async function keepAdvisories(root: string, collections: string, now: Date, runSteps: RunSteps): Promise<void> {
  const folder = join(root, "published");
  const notices = join(folder, "osv");
  await mkdir(notices, { recursive: true });
  const { osv, updateinfo, exploited } = publishedNotices(now);
  for (const [name, record] of osv) {
    const file = join(notices, name.replaceAll("/", "-"));
    await writeFile(file, JSON.stringify(record));
  }
  const updateinfos = [...updateinfo].map(
    ([release, xml]) => [join(folder, `updateinfo-${release}.xml`), xml] as const,
  );
  for (const [file, xml] of updateinfos) await writeFile(file, xml);
  const kev = join(folder, "kev.json");
  await writeFile(kev, JSON.stringify(exploited));
  const sources = { ubuntu: [notices], "amazon-linux": updateinfos.map(([file]) => file), kev: [kev] };
  const updated = await updateAdvisories(folderStore(collections), sources, { now, allPackages: false, runSteps });
  const failed = updated.sources.filter(({ faults, failure }) => faults.length > 0 || failure !== undefined);
  if (failed.length > 0)
    throw new DemoFailed(`advisories not read: ${failed.map(({ failure }) => failure).join("; ")}`);
}
