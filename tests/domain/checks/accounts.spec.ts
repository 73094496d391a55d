import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { readPlane } from "../../../config/file.ts";
import { readAccounts } from "../../../config/accounts.ts";
import { accountsFindings, type Account } from "../../../domain/checks/accounts.ts";
import type { Plane } from "../../../domain/plane.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const file = "bootstrap/accounts.csv";

function planes(): readonly Plane[] {
  return ["nonprod", "prod"].map((environment) => {
    const read = readPlane(root, environment);
    if ("faults" in read) throw new Error(JSON.stringify(read.faults));
    return read.plane;
  });
}

function listed(): readonly Account[] {
  const read = readAccounts(readFileSync(join(root, file), "utf8"), file);
  if ("faults" in read) throw new Error(JSON.stringify(read.faults));
  return read.accounts;
}

function account(more: Partial<Account>): Account {
  return { accountId: "777788889999", name: "new", regions: ["us-east-1"], bootstrapped: true, line: 6, ...more };
}

const found = (accounts: readonly Account[]) =>
  accountsFindings(planes(), accounts, file).map(({ id, path, value }) => ({ id, path, value }));

describe("the accounts of the organisation", () => {
  it("all have what they need in the checked-in list and stacks", () => {
    expect(found(listed())).to.deep.equal([]);
  });

  it("that have no bootstrap, or no location in a Region, are findings each", () => {
    const accounts = [...listed(), account({ bootstrapped: false, regions: ["us-east-1", "eu-north-1"] })];
    expect(found(accounts)).to.deep.equal([
      { id: "account-without-bootstrap", path: "accounts.777788889999", value: undefined },
      { id: "account-without-location", path: "accounts.777788889999", value: ["us-east-1", "eu-north-1"] },
    ]);
  });

  it("that have a location in one Region and not in another name the other", () => {
    const accounts = listed().map((each) =>
      each.name === "production" ? { ...each, regions: ["eu-west-1", "eu-north-1"] } : each,
    );
    expect(found(accounts)).to.deep.equal([
      { id: "account-without-location", path: "accounts.111122223333", value: ["eu-north-1"] },
    ]);
  });

  it("that are exempt by a written reason are none", () => {
    expect(found([...listed(), account({ bootstrapped: false, exempt: "sandbox, wiped each night" })])).to.deep.equal(
      [],
    );
  });

  it("that only a stack knows are findings: somebody left them out of the list", () => {
    const accounts = listed().filter(({ name }) => name !== "shared services");
    expect(found(accounts)).to.deep.equal([
      { id: "account-unknown", path: "accounts.444455556666", value: "444455556666" },
    ]);
  });

  it("are refused with every fault and its line", () => {
    const text =
      "account_id,name,regions,bootstrapped,exempt\n12,,us-east,maybe,\n111122223333,a,us-east-1,yes,\n111122223333,b,us-east-1,yes,\n";
    const read = readAccounts(text, file);
    expect("faults" in read && read.faults.map(({ line, path }) => `${String(line)} ${path}`)).to.deep.equal([
      "2 account_id",
      "2 name",
      "2 regions",
      "2 bootstrapped",
      "4 account_id",
    ]);
    expect(readAccounts("id,name\n", file)).to.have.nested.property("faults[0].path", "columns");
  });
});
