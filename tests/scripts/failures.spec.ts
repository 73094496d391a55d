import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { writeAside } from "../../scripts/cli/writeAside.ts";
import { instant } from "../../scripts/cli/options.ts";
import { patchplane, patchplaneEnvironment, projectCopy } from "./commandFixture.ts";

const nowhere = "http://127.0.0.1:9";

describe("an end that nobody foresaw", function () {
  this.timeout(300_000);
  let folder: string;

  before(async () => {
    folder = await projectCopy();
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("is a sentence and exit code 2 where the file system refuses", async () => {
    mkdirSync(join(folder, "loops"));
    symlinkSync("Pulumi.test.yaml", join(folder, "loops", "Pulumi.test.yaml"));
    const ended = await patchplane(folder, nowhere, ["explain", "prod-auto", "-C", join(folder, "loops")]);
    expect(ended.code).to.equal(2);
    expect(ended.stderr).to.match(/Pulumi\.test\.yaml: is a symbolic link; allowed: a regular file/);
    expect(ended.stderr).not.to.include("    at ");
    const calendar = join(folder, "no", "such", "folder.md");
    const written = await patchplane(folder, nowhere, [
      "plan",
      folder,
      folder,
      "--stack",
      "test",
      "--calendar",
      calendar,
    ]);
    expect(written.code).to.equal(2);
    expect(written.stderr).to.match(/no\/such\/folder\.md: .*\(ENOENT\)\n$/);
  });

  it("is the same where the disk takes no more, and no cut answer passes for a whole one", () => {
    for (const args of [["--json"], ["--calendar", join(folder, "plan.ics")]]) {
      const command = [process.execPath, join(folder, "scripts", "patchplane.ts"), "plan", folder, folder, ...args];
      // A file may have one block of 512 or 1,024 bytes; the answer goes into one.
      const limited = ["-c", `ulimit -f 1; "$@" > '${join(folder, "answer")}'`, "sh", ...command];
      const ended = spawnSync("sh", limited, { encoding: "utf8", env: patchplaneEnvironment(folder, nowhere) });
      expect(ended.status, ended.stderr).to.equal(2);
      expect(ended.stderr).to.match(/^output: .+ \(EFBIG\)\n$/);
    }
  });

  it("has an exit code of its own that looks like no finding where the command itself is at fault", async () => {
    const file = join(folder, "domain", "plan", "planChange.ts");
    const text = readFileSync(file, "utf8");
    chmodSync(file, 0o644);
    writeFileSync(
      file,
      text.replace(
        "  const { judged, ...servers }",
        '  throw new TypeError("::error::boom\\u001b");\n  const { judged, ...servers }',
      ),
    );
    try {
      const ended = await patchplane(folder, nowhere, ["plan", folder, folder, "--json"]);
      expect(ended.code).to.equal(70);
      expect(ended.stdout).to.equal("");
      expect(ended.stderr).to.match(/^patchplane ended by a fault of its own/);
      expect(ended.stderr).to.include("TypeError: ::error::boom\\u{1b}\n");
    } finally {
      writeFileSync(file, text);
    }
  });
});

describe("a file that a command writes", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "patchplane-aside-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("takes the place of the old one whole, and leaves nothing beside it", () => {
    const path = join(folder, "plan.md");
    writeFileSync(path, "old");
    writeAside(path, "new");
    expect(readFileSync(path, "utf8")).to.equal("new");
    expect(readdirSync(folder)).to.deep.equal(["plan.md"]);
  });

  it("leaves the old one as it was where it cannot be put there", () => {
    const path = join(folder, "plan.md");
    mkdirSync(join(path, "in"), { recursive: true });
    expect(() => {
      writeAside(path, "new");
    }).to.throw("EISDIR");
    expect(() => {
      writeAside(join(folder, "x".repeat(300)), "new");
    }).to.throw("ENAMETOOLONG");
    expect(readdirSync(folder)).to.deep.equal(["plan.md"]);
  });

  it("may be a device, which stays one", () => {
    writeAside("/dev/null", "new");
    expect(readFileSync("/dev/null", "utf8")).to.equal("");
  });
});

describe("an instant on the command line", () => {
  for (const text of [
    "2026-02-30",
    "2026-02-30T12:00:00Z",
    "2026-13-01",
    "9999-12-31",
    "1969-12-31",
    "2026-12-01T25:00:00Z",
    "tomorrow",
    "",
  ]) {
    it(`is not ${JSON.stringify(text)}`, () => {
      expect(() => instant(text)).to.throw("ISO 8601");
    });
  }

  it("is a day or a time of the calendar", () => {
    expect(instant("2028-02-29").toISOString()).to.equal("2028-02-29T00:00:00.000Z");
    expect(instant("2026-12-01T12:00:00+02:00").toISOString()).to.equal("2026-12-01T10:00:00.000Z");
  });
});
