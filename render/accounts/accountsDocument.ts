import { formatFault, type Finding } from "../../domain/fault.ts";
import { lines, paragraph, said, words, type Document } from "../document.ts";

/** Accounts of the organisation that lack something, of so many. */
export function accountsDocument(findings: readonly Finding[], accounts: number): Document {
  const fine = `${String(accounts)} accounts, each with its bootstrap and locations, or exempt`;
  return {
    blocks:
      findings.length === 0
        ? [paragraph(fine)]
        : lines(findings.map((finding) => words`${finding.id}: ${said(formatFault(finding))}`)),
  };
}
