import { z } from "zod";
import { cveIn, type Reading } from "./advisory.ts";

/** A CVE that is known to be exploited, and the day on which CISA listed it, `yyyy-mm-dd`. */
export interface Exploited {
  readonly cve: string;
  readonly listed: string;
}

const entrySchema = z.object({ cveID: z.string(), dateAdded: z.string().regex(/^\d{4}-\d{2}-\d{2}$/) });

/** The whole catalogue; its entries are read one by one. */
export const catalogueSchema = z.object({ vulnerabilities: z.array(z.unknown()) });

/** Reads one entry of CISA's catalogue: https://www.cisa.gov/known-exploited-vulnerabilities-catalog */
export function readExploited(entry: unknown): Reading<Exploited> {
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success) return { kind: "fault", message: z.prettifyError(parsed.error).replace(/\s+/g, " ") };
  const cve = cveIn(parsed.data.cveID);
  if (cve === undefined) return { kind: "fault", message: `no CVE id: ${parsed.data.cveID}` };
  return { kind: "read", read: { cve, listed: parsed.data.dateAdded } };
}
