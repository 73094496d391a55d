import { expect } from "chai";
import fc from "fast-check";
import { parse } from "yaml";
import type { ApprovedPatch } from "../../../domain/plane.ts";
import { overrideList } from "../../../domain/stack/overrideList.ts";
import { approval } from "../samplePlane.ts";

describe("an install override list", () => {
  it("is sorted and quoted", () => {
    const text = overrideList(
      approval({
        WINDOWS: [{ id: "KB5034441" }],
        UBUNTU: [
          { id: "tzdata.amd64", title: "1.10" },
          { id: "openssl.amd64", title: "3.0.2-0ubuntu1.18" },
        ],
      }),
    );
    expect(text).to.equal(
      [
        "patches:",
        "  - id: 'KB5034441'",
        "  - id: 'openssl.amd64'",
        "    title: '3.0.2-0ubuntu1.18'",
        "  - id: 'tzdata.amd64'",
        "    title: '1.10'",
        "",
      ].join("\n"),
    );
  });

  it("names an entry once that two operating systems share", () => {
    const patch = { id: "curl.x86_64", title: "8.3.0-1.amzn2.0.7" };
    const text = overrideList(approval({ AMAZON_LINUX_2: [patch], AMAZON_LINUX_2023: [patch] }));
    expect(parse(text)).to.deep.equal({ patches: [patch] });
  });

  it("of nothing is a list of nothing", () => {
    expect(overrideList(approval({}))).to.equal("patches: []\n");
  });

  it("gives back every id and title as text, whatever they look like, in any order", () => {
    const version = fc.oneof(
      fc.constantFrom("1.10", "1e3", "2026-12-01", "yes", "0x10", "1:2.3~rc1"),
      fc.stringMatching(/^[0-9a-z.:~+-]{1,12}$/),
    );
    const patch = fc.record({ id: fc.stringMatching(/^[a-z][a-z0-9+.-]{0,8}\.amd64$/), title: version });
    fc.assert(
      fc.property(
        fc.uniqueArray(patch, { selector: (each) => `${each.id} ${each.title}`, maxLength: 8 }),
        (patches) => {
          const text = overrideList(approval({ UBUNTU: patches }));
          expect((parse(text) as { patches: ApprovedPatch[] }).patches).to.have.deep.members(patches);
          expect(overrideList(approval({ UBUNTU: patches.toReversed() }))).to.equal(text);
        },
      ),
    );
  });
});
