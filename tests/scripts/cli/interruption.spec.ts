import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";

const cli = (name: string): string =>
  JSON.stringify(pathToFileURL(join(import.meta.dirname, "..", "..", "..", "scripts", "cli", name)).href);

/** A process that takes its pipes for a terminal, and shows a list on it that comes to no end. */
const program = `
for (const stream of [process.stdout, process.stderr]) Object.assign(stream, { isTTY: true, columns: 80, rows: 40 });
const { interrupt, interruptible, freeTerminal } = await import(${cli("interruption.ts")});
const { stepsFor } = await import(${cli("progress.ts")});
const { say } = await import(${cli("output.ts")});
process.on("SIGINT", () => void interrupt());
const kept = setInterval(() => undefined, 1000);
const step = { title: "use1", act: (show) => { show("0 of 3 servers"); return new Promise(() => undefined); } };
const end = async () => say("goes on in use1\\n");
const does = () => stepsFor({})([step]);
const done = process.argv[1] === "recorded" ? interruptible(end, does) : does();
await done.catch(() => say("it went on\\n"));
say("it came to an end\\n");
clearInterval(kept);
`;

/** Interrupts it once the list is shown; what it wrote to the terminal from then on. */
async function interruptedAt(how: "recorded" | "reading"): Promise<{ readonly code: unknown; readonly said: string }> {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program, how], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let [said, shown] = ["", false];
  child.stderr.on("data", (chunk: Buffer) => {
    said += String(chunk);
    if (shown || !said.includes("0 of 3 servers")) return;
    [said, shown] = ["", true];
    child.kill("SIGINT");
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, said };
}

describe("an interruption while a list moves on the terminal", function () {
  this.timeout(300_000);

  it("ends the list first, and then says what goes on: the list holds every word back", async () => {
    const { code, said } = await interruptedAt("recorded");
    expect(code).to.equal(130);
    expect(said.indexOf("goes on in use1")).to.be.greaterThan(said.lastIndexOf("0 of 3 servers"));
    expect(said).to.contain("goes on in use1").and.contain("broken off").and.not.contain("it ");
  });

  it("gives the cursor back, also where nothing is said", async () => {
    const { code, said } = await interruptedAt("reading");
    expect(code).to.equal(130);
    expect(said).to.contain("\u001B[?25h").and.not.contain("it ");
  });
});
