import { expect } from "chai";
import { readAccounts } from "../../config/accounts.ts";
import { readPlaneFrom } from "../../config/file.ts";
import { environmentsOf } from "../../config/stackFile.ts";
import { readFleet } from "../../fleet/read.ts";
import { fleetColumnNames } from "../../fleet/schema.ts";
import {
  approvalsFile,
  expectOnly,
  faultsOf,
  filesOf,
  fleetText,
  resolve,
  smallSettings,
  stackText,
} from "./sources.ts";

/** Characters that nobody sees, or that act on a screen, by what they are. */
const hidden = {
  "an escape": "\u001b",
  "the other escape": "\u009b",
  "a null": "\u0000",
  "a backspace": "\b",
  "a carriage return": "\r",
  "a turn to the left": "\u202e",
  "an isolate": "\u2066",
  "a mark of direction": "\u200f",
  "a blank of no width": "\u200b",
  "a joiner": "\u200d",
  "a byte order mark": "\ufeff",
  "a soft hyphen": "\u00ad",
  "a tag": "\u{e0041}",
  "a separator of lines": "\u2028",
  "a letter that is blank": "\u3164",
  "half a pair": "\ud800",
};

const window = { operation: "install", groups: ["prod-auto"], schedule: "cron(0 2 ? * SUN *)" };

/** No file has half a pair in it; and a carriage return ends a line, whose number the reader of CSV tells. */
const cellSigns = Object.entries(hidden).filter(([, sign]) => sign !== "\ud800");
const lineOf = (sign: string): number => (sign === "\r" ? 3 : 2);

/** Settings of the small stack with the text in one place of it, and the path of that place. */
function places(text: string): readonly (readonly [path: string, settings: Readonly<Record<string, unknown>>])[] {
  const at = (more: object): Readonly<Record<string, unknown>> => ({ ...smallSettings, ...more });
  return [
    ["freezes[0].reason", at({ freezes: [{ from: "2026-12-24", to: "2026-12-26", reason: `year ${text} end` }] })],
    ["checks.sla.reason", at({ checks: { sla: { severity: "off", reason: `known${text}` } } })],
    ["baselines.mine.description", at({ baselines: { mine: { operatingSystem: "DEBIAN", description: `x${text}` } } })],
    [
      "windows.mine.hooks.before[0].linux[1]",
      at({ windows: { mine: { ...window, hooks: { before: [{ name: "a", linux: ["true", `echo ${text}`] }] } } } }),
    ],
    [`windows.mi${text}ne`, at({ windows: { [`mi${text}ne`]: window } })],
    ["fleet", at({ fleet: `fleet${text}.csv` })],
    [
      "groups.team.owner",
      at({ groups: { ...(smallSettings["groups"] as object), team: { patchedElsewhere: "x", owner: `a${text}b` } } }),
    ],
  ];
}

describe("a character that nobody sees, or that acts on a screen,", () => {
  for (const [what, sign] of Object.entries(hidden)) {
    const code = `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

    it(`is refused wherever a stack file has text: ${what}`, () => {
      for (const [path, settings] of places(sign)) {
        const resolved = resolve(settings);
        const faults = "faults" in resolved ? resolved.faults : [];
        const named = faults.filter((fault) => fault.path === path && fault.message.endsWith(`screen: ${code}`));
        expect(named, `${JSON.stringify(path)} ${faultsOf(resolved).join("\n")}`).to.have.lengthOf(1);
        expect(named[0]?.line, path).to.be.above(1);
      }
    });

    it(`is refused in an approvals file: ${what}`, () => {
      const settings = { ...smallSettings, groups: undefined };
      const file = "approvals/prod-sensitive/2026-12-01.yaml";
      const note = `tested ${sign}`;
      const read = resolve(
        { ...settings, windows: { "mw-install-sensitive": { ...window, groups: ["prod-sensitive"] } } },
        { [file]: approvalsFile({ note }) },
      );
      expect(
        faultsOf(read)
          .filter((fault) => fault.startsWith(file))
          .join("\n"),
      ).to.match(/note: holds characters .*U\+/);
    });

    it(`makes the name of a stack file one that no stack has: ${what}`, () => {
      const files = filesOf({ [`Pulumi.te${sign}st.yaml`]: stackText(smallSettings) });
      const [environment = ""] = environmentsOf(files);
      expect(environment).to.equal(`te${sign}st`);
      expectOnly(readPlaneFrom(files, environment), "stack: no stack can have this name", "rename the file");
    });
  }

  for (const [what, sign] of cellSigns) {
    const code = `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

    it(`is refused in every cell of a fleet file, once: ${what}`, () => {
      for (const column of fleetColumnNames) {
        const text = fleetText({ [column]: `"x${sign}"` });
        const { servers, faults } = readFleet(text, "fleet.csv", {});
        expect(servers).to.deep.equal([]);
        const about = faults.filter(({ path }) => path === column);
        expect(
          about.map(({ line, message }) => [line, message.endsWith(`screen: ${code}`)]),
          column,
        ).to.deep.equal([[lineOf(sign), true]]);
      }
    });

    it(`is refused in a list of accounts: ${what}`, () => {
      const accounts = readAccounts(
        `account_id,name,regions,bootstrapped,exempt\n111122223333,"a${sign}b",us-east-1,yes,\n`,
        "accounts.csv",
      );
      expect("faults" in accounts ? accounts.faults.map(({ path }) => path) : []).to.deep.equal(["name"]);
    });
  }

  it("is none of a text's own: tabs and lines in a hook, pictures, letters of every script", () => {
    const reason = "Ende des Jahres ⚠️ 年末\n\tзапрет";
    const freezes = [{ from: "2026-12-24", to: "2026-12-26", reason }];
    expect(faultsOf(resolve({ ...smallSettings, freezes }))).to.deep.equal([]);
  });

  it("is shown by its number in the fault's own line", () => {
    const [fault = ""] = faultsOf(resolve({ ...smallSettings, fleet: "a\u001b[2Jb\u202e.csv" }));
    expect(fault).to.include("fleet: holds characters that nobody sees, or that act on a screen: U+001B U+202E");
    expect(fault).to.include('got "a\\u001b[2Jb\\u{202e}.csv"');
  });
});
