import { expect } from "chai";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { Language, Parser } from "web-tree-sitter";
import type { Node } from "web-tree-sitter";
import { loadOnboardingScripts } from "../../config/onboardingScripts.ts";
import { regionPattern } from "../../domain/stack/partitions.ts";
import { sdkPartitions } from "../domain/stack/sdkPartitions.ts";
import { windowsCommandLimit, windowsProtectedSettings } from "../../domain/onboarding/payload.ts";

const released = loadOnboardingScripts(process.cwd())["v2"] ?? { linux: "", windows: "" };
const script = released.windows;
const grammars = dirname(
  createRequire(import.meta.url).resolve("@vscode/tree-sitter-wasm/wasm/tree-sitter-powershell.wasm"),
);

function faulty(node: Node): string[] {
  const own = node.isError || node.isMissing ? [`line ${node.startPosition.row + 1}: ${node.text.slice(0, 60)}`] : [];
  return [...own, ...node.children.flatMap((child) => faulty(child))];
}

async function syntaxFaults(text: string): Promise<string[]> {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(join(grammars, "tree-sitter-powershell.wasm")));
  const tree = parser.parse(text);
  if (tree === null) throw new Error("the parser gave no tree");
  return faulty(tree.rootNode);
}

/** Exit codes that a script's text hands to its failing function. */
function exitCodes(text: string, call: RegExp): number[] {
  return [...new Set([...text.matchAll(call)].map((match) => Number(match[1])))].sort((a, b) => a - b);
}

describe("the released Windows onboarding script v2", () => {
  it("is PowerShell without a syntax error", async () => {
    expect(await syntaxFaults(script)).to.deep.equal([]);
  });

  it("would be found out if a brace were lost", async () => {
    expect(await syntaxFaults(script.replace("function Fail($code, $message) {", "function Fail($code, $message) ")))
      .not.to.be.empty;
    expect(await syntaxFaults(script.replace(/\}\s*$/, ""))).not.to.be.empty;
  });

  it("is ASCII, for the bootstrap and for Windows PowerShell's reading of files without a mark", () => {
    expect(script).to.match(/^[\n\x20-\x7e]+$/);
  });

  it("is packed as what it is, so that no command is packed while the program runs", () => {
    expect(inflateRawSync(Buffer.from(released.windowsPacked ?? "", "base64")).toString("utf8")).to.equal(script);
  });

  it("is read back by the bootstrap from what is packed", async () => {
    const { commandToExecute } = windowsProtectedSettings(released, {
      activationId: "0".repeat(36),
      activationCode: "0".repeat(20),
      region: "eu-central-1",
    });
    const command = /-Command "(.*)"$/.exec(commandToExecute)?.[1] ?? "";
    expect(await syntaxFaults(command)).to.deep.equal([]);
    expect(command).to.match(
      /^& \(\[ScriptBlock\]::Create\(\[IO\.StreamReader\]::new\(\[IO\.Compression\.DeflateStream\]::new\(\[IO\.MemoryStream\]\[Convert\]::FromBase64String\('[A-Za-z0-9+/=]+'\),'Decompress'\)\)\.ReadToEnd\(\)\)\) -ActivationId /,
    );
  });

  it("fits into one cmd.exe line with the longest code that AWS may answer", () => {
    const { commandToExecute } = windowsProtectedSettings(released, {
      activationId: "0".repeat(36),
      activationCode: "0".repeat(250),
      region: "ap-southeast-99",
    });
    expect(commandToExecute.length).to.be.at.most(windowsCommandLimit);
  });

  it("takes the Regions that stack files may name, two digits among them", () => {
    expect(/\$Region -cnotmatch '([^']+)'/.exec(script)?.[1]).to.equal(regionPattern.source.replace("\\d", "[0-9]"));
  });

  /** Suffixes by the Regions' pattern, as the script's one switch has them. */
  const suffixes = [...script.matchAll(/^ {4}(?:'([a-z-]+)\*'|(default)) \{ '([a-z0-9.-]+)' \}$/gm)];
  for (const { id, dnsSuffix, regions } of sdkPartitions()) {
    it(`gives every Region of the partition ${id} the suffix ${dnsSuffix}`, () => {
      expect(script).to.match(/^ {2}\$suffix = switch -Wildcard \(\$Region\) \{$/m);
      for (const region of regions) {
        const named = suffixes.filter(([, start]) => start !== undefined && region.startsWith(start));
        expect(named.length, region).to.be.at.most(1);
        const taken = named[0] ?? suffixes.find(([, , otherwise]) => otherwise !== undefined);
        expect(taken?.[3], region).to.equal(dnsSuffix);
      }
    });
  }

  it("builds each host of the Region and that suffix", () => {
    const hosts = script.split("\n").filter((line) => line.includes("$suffix"));
    expect(hosts.map((line) => line.trim())).to.deep.equal([
      "$suffix = switch -Wildcard ($Region) {",
      '$name = "$service.$Region.$suffix"',
      '$url = "https://amazon-ssm-$Region.s3.$Region.$suffix/latest/windows_amd64/ssm-setup-cli.exe"',
    ]);
  });

  it("never writes the code but to the installer's arguments and into the words it takes out", () => {
    const uses = script.split("\n").filter((line) => line.includes("$ActivationCode"));
    expect(uses.map((line) => line.trim().split(" ").slice(0, 2).join(" "))).to.deep.equal([
      "param([string]$ActivationId, [string]$ActivationCode,",
      "if ($ActivationCode",
      "$with =",
      "$said =",
    ]);
  });

  it("ends with exit codes of the Linux script's table only", () => {
    const known = exitCodes(released.linux, /\b(?:fail |reason=)([0-9]+) /g);
    const windows = exitCodes(script, /(?:\bFail |[{\n]\s+)([0-9]+)[ ,]/g);
    expect(windows.filter((code) => !known.includes(code))).to.deep.equal([]);
    expect(windows).to.include.members([10, 20, 30, 31, 32, 33, 34, 40, 50, 51, 52, 53, 54, 55, 60, 70]);
  });
});
