import { parse } from "csv-parse/sync";
import { hiddenTextFault, type Fault } from "../domain/fault.ts";
import type { Account } from "../domain/checks/accounts.ts";
import { regionPattern } from "../domain/stack/partitions.ts";

/** Where the list of the organisation's accounts lies, unless somebody says otherwise. */
export const accountsFile = "bootstrap/accounts.csv";

/** Columns of the list of accounts. */
const columns = ["account_id", "name", "regions", "bootstrapped", "exempt"] as const;

type Row = Readonly<Record<(typeof columns)[number], string>>;

/** The accounts of a list, or everything that is wrong with it. */
export type AccountsReading = { readonly accounts: readonly Account[] } | { readonly faults: readonly Fault[] };

const accountId = /^\d{12}$/;

function rowFaults(row: Row, file: string, line: number): readonly Fault[] {
  const faults: Fault[] = [];
  const add = (path: string, message: string, value: string, allowed: string): void => {
    faults.push({ file, line, path, message, value, allowed });
  };
  for (const column of columns) {
    const fault = hiddenTextFault(row[column], { oneLine: true });
    if (fault !== undefined) faults.push({ file, line, path: column, ...fault });
  }
  if (faults.length > 0) return faults;
  if (!accountId.test(row.account_id)) add("account_id", "not an account id", row.account_id, "twelve digits");
  if (row.name === "") add("name", "an account needs a name", row.name, "some text");
  for (const each of regionsOf(row)) {
    if (!regionPattern.test(each))
      add("regions", "not a Region", each, "Regions apart by spaces, e.g. us-east-1 eu-west-1");
  }
  if (!["yes", "no"].includes(row.bootstrapped)) add("bootstrapped", "not an answer", row.bootstrapped, "yes, no");
  if (row.exempt === "" && regionsOf(row).length === 0) {
    add(
      "regions",
      "an account that is not exempt needs its Regions",
      row.regions,
      "at least one Region, or a reason under exempt",
    );
  }
  return faults;
}

function regionsOf({ regions }: Row): readonly string[] {
  return regions.split(/\s+/).filter((each) => each !== "");
}

function repeated(rows: readonly Row[], file: string): readonly Fault[] {
  return rows.flatMap((row, index) =>
    rows.findIndex(({ account_id }) => account_id === row.account_id) === index
      ? []
      : [{ file, line: index + 2, path: "account_id", message: "the account is listed twice", value: row.account_id }],
  );
}

/** Reads the list of an organisation's accounts: a CSV with `account_id,name,regions,bootstrapped,exempt`. */
export function readAccounts(text: string, file: string): AccountsReading {
  const [head = [], ...records] = parse(text, { relax_column_count: true, skip_empty_lines: true, trim: true });
  if (head.join() !== columns.join()) {
    const message = "the first line does not name the columns";
    return { faults: [{ file, line: 1, path: "columns", message, value: head.join(), allowed: columns.join() }] };
  }
  const rows = records.map(
    (cells) => Object.fromEntries(columns.map((name, index) => [name, cells[index] ?? ""])) as Row,
  );
  const faults = [...rows.flatMap((row, index) => rowFaults(row, file, index + 2)), ...repeated(rows, file)];
  if (faults.length > 0) return { faults };
  return {
    accounts: rows.map((row, index) => ({
      accountId: row.account_id,
      name: row.name,
      regions: regionsOf(row),
      bootstrapped: row.bootstrapped === "yes",
      ...(row.exempt === "" ? {} : { exempt: row.exempt }),
      line: index + 2,
    })),
  };
}
