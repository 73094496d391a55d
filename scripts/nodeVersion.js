import { readFileSync } from "node:fs";

/*
 * Says which Node.js is wanted where an older one is at hand, which would only say that it does not know ".ts". So this
 * is plain JavaScript, for `npm ci` to run at its end and for the command before all else.
 */

const { engines } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const wanted = engines.node.replace(">=", "");

if (Number.parseInt(process.versions.node, 10) < Number(wanted)) {
  process.stderr.write(
    `patchplane needs Node.js ${wanted} or newer, and this is ${process.versions.node} (${process.execPath}).\n` +
      "On Linux x64 npm ci brings it along as an optional package: leave out --omit=optional, and use npm's scripts and npx.\n" +
      "Elsewhere install it from https://nodejs.org/en/download, and run npm ci again.\n",
  );
  process.exit(2);
}
