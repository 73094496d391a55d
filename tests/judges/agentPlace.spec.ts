import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inOwnPlace } from "./agentPlace.ts";

/** Where any of AWS's SDKs keeps shared credentials. */
const writes =
  'file="${AWS_SHARED_CREDENTIALS_FILE:-$HOME/.aws/credentials}"; mkdir -p "${file%/*}"; echo agent >"$file"';

describe("the place in which a real agent runs", () => {
  const kept = new Map(["HOME", "AWS_SHARED_CREDENTIALS_FILE"].map((name) => [name, process.env[name]]));
  let folder = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "patchplane-place-"));
  });

  afterEach(() => {
    for (const [name, value] of kept) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  for (const name of kept.keys()) {
    it(`keeps the caller's credentials file from it, wherever ${name} says`, () => {
      const own = join(folder, "caller");
      writeFileSync(own, "mine\n");
      process.env[name] = name === "HOME" ? folder : own;
      const place = join(folder, "place");
      const { options } = inOwnPlace(place, "true");
      const run = spawnSync("bash", ["--norc", "-c", writes], options);
      expect(run.status, String(run.stderr)).to.equal(0);
      expect(readFileSync(own, "utf8")).to.equal("mine\n");
      expect(existsSync(join(folder, ".aws"))).to.equal(false);
      expect(readFileSync(join(place, "home/.aws/credentials"), "utf8")).to.equal("agent\n");
    });
  }

  it("lays an overlay over root's own home too, for what goes by the list of users", () => {
    expect(inOwnPlace(join(folder, "place"), "true").args.join("\n")).to.match(/^for at in .*\broot\b.*; do$/m);
  });
});
