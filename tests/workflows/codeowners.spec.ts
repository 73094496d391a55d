import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { environmentFiles } from "../../config/environmentFiles.ts";
import { readPlane } from "../../config/file.ts";
import { projectFiles } from "../../config/projectFiles.ts";

const root = join(import.meta.dirname, "..", "..");

/** Owners by pattern, in the file's order. */
function owners(): readonly (readonly [pattern: string, owners: readonly string[]])[] {
  const text = readFileSync(join(root, "docs", "examples", "CODEOWNERS"), "utf8");
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return lines.map((line) => {
    const [pattern = "", ...names] = line.split(/\s+/);
    return [pattern, names] as const;
  });
}

/** Owners of a path as GitHub decides: the last pattern that matches; only the forms the example uses. */
function ownersOf(path: string): readonly string[] {
  const matches = (pattern: string): boolean =>
    pattern === "*" || new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", "[^/]*")}`).test(`/${path}`);
  const matching = owners().filter(([pattern]) => matches(pattern));
  return matching.at(-1)?.[1] ?? [];
}

describe("the example of CODEOWNERS", () => {
  it("uses patterns that start at the root, and names an owner for each", () => {
    for (const [pattern, names] of owners()) {
      expect(pattern).to.match(/^(\*|\/[\w.*-]+(\/[\w.-]+)*\/?)$/);
      expect(names.join(" "), pattern).to.match(/^@[\w-]+\/[\w-]+( @[\w-]+\/[\w-]+)*$/);
    }
  });

  it("gives the approvals of every environment, and of its reviewed groups, to somebody of their own", () => {
    for (const environment of ["nonprod", "prod"]) {
      const [folder = ""] = environmentFiles(projectFiles(root), environment).folders;
      const patterns = owners().map(([pattern]) => pattern);
      const read = readPlane(root, environment);
      const groups = "plane" in read ? Object.values(read.plane.groups) : [];
      for (const group of groups) {
        if (group.kind !== "managed" || group.approval !== "reviewed") continue;
        expect(patterns, environment).to.include(`/${folder}/${group.name}/`);
      }
    }
    expect(ownersOf("approvals-nonprod/app/2026-12-01.yaml")).to.deep.equal(["@acme/platform"]);
    expect(ownersOf("approvals/prod-sensitive/2026-12-01.yaml")).to.deep.equal(["@acme/database-owners"]);
    expect(ownersOf("approvals/new-group/2026-12-01.yaml")).to.deep.equal(["@acme/patch-approvers"]);
    expect(ownersOf("approvals-apac-prod/prod-sensitive/2026-12-01.yaml")).to.deep.equal(["@acme/patch-approvers"]);
    expect(ownersOf("Pulumi.apac-prod.yaml"))
      .to.deep.equal(ownersOf("Pulumi.prod.yaml"))
      .and.include("@acme/operations");
  });

  it("keeps workflows, bootstrap and guard with those who answer for security", () => {
    for (const path of [".github/workflows/deploy.yml", "bootstrap/aws-account.yaml", "policy/guard.ts"]) {
      expect(ownersOf(path), path).to.deep.equal(["@acme/security"]);
    }
    expect(ownersOf("README.md")).to.deep.equal(["@acme/platform"]);
  });
});
