import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import { expect } from "chai";
import type { RunRequest } from "@pulumi/pulumi/proto/language_pb.js";

const load = createRequire(import.meta.url);
const host = join(import.meta.dirname, "..", "..", "engine", "languageHost", "pulumi-language-nodejs");
/** Nothing listens there: an engine that was killed. */
const nowhere = "127.0.0.1:1";

const messages = load("@pulumi/pulumi/proto/language_pb.js") as { RunRequest: new () => RunRequest };
const { LanguageRuntimeClient } = load("@pulumi/pulumi/proto/language_grpc_pb.js") as {
  LanguageRuntimeClient: new (
    address: string,
    credentials: grpc.ChannelCredentials,
  ) => { run(request: RunRequest, answered: (error: Error | null) => void): void; close(): void };
};

describe("the language host", function () {
  this.timeout(300_000);

  it("ends with its program when the engine was killed and cannot tell it to", async () => {
    const folder = await mkdtemp(join(tmpdir(), "patchplane-host-"));
    const child = spawn(process.execPath, [host, nowhere], { stdio: ["pipe", "pipe", "pipe"] });
    try {
      const [port] = (await once(createInterface(child.stdout), "line")) as [string];
      const client = new LanguageRuntimeClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
      const request = new messages.RunRequest();
      request.setPwd(folder);
      request.setMonitorAddress(nowhere);
      client.run(request, () => undefined);
      // The SDK's runner says that it finds no engine, and goes on for ever.
      const [complaint] = (await once(createInterface(child.stderr), "line")) as [string];
      expect(complaint).to.include("failed to deliver");

      child.stdin.end();
      // It writes to the same pipes, which close only when both have ended.
      expect(await once(child, "close")).to.deep.equal([0, null]);
      client.close();
    } finally {
      child.kill();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
