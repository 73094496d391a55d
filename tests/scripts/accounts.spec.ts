import { appendFile, cp } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { folderOfAll } from "../harness/folders.ts";
import { patchplane, type Ended } from "./commandFixture.ts";

const root = join(import.meta.dirname, "..", "..");

describe("patchplane accounts, the command", function () {
  const folder = folderOfAll();

  before(async () => {
    for (const name of ["Pulumi.prod.yaml", "Pulumi.nonprod.yaml", "fleet", "approvals", "bootstrap", "components"]) {
      await cp(join(root, name), join(folder(), name), { recursive: true });
    }
  });

  function accounts(...args: readonly string[]): Promise<Ended> {
    return patchplane(root, "http://127.0.0.1:9", ["accounts", "--cwd", folder(), ...args]);
  }

  it("ends with 0 where every account has what it needs, and with 1 on one that has not, naming its line", async () => {
    expect(await accounts()).to.include({
      code: 0,
      stdout: "4 accounts, each with its bootstrap and locations, or exempt\n",
      stderr: "",
    });
    await appendFile(join(folder(), "bootstrap", "accounts.csv"), "777788889999,new,us-east-1,no,\n");
    const ended = await accounts();
    expect(ended.code).to.equal(1);
    expect(ended.stdout).to.match(
      /^account-without-bootstrap: bootstrap\/accounts\.csv:6: accounts\.777788889999: new/,
    );
    expect(ended.stdout).to.match(/^account-without-location: /m);
    const json = JSON.parse((await accounts("--json")).stdout) as { readonly findings: readonly unknown[] };
    expect(json.findings).to.have.lengthOf(2);
  });

  it("ends with 2 where the list is missing or faulty", async () => {
    expect((await accounts("--list", "none.csv")).code).to.equal(2);
    await appendFile(join(folder(), "bootstrap", "accounts.csv"), "12,,,,\n");
    const ended = await accounts();
    expect(ended).to.include({ code: 2, stdout: "" });
    expect(ended.stderr).to.contain("bootstrap/accounts.csv:7: account_id: not an account id");
  });
});
