import { spawn, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import * as grpc from "@grpc/grpc-js";
import type { RunRequest } from "@pulumi/pulumi/proto/language_pb.js";

/*
 * A language host just large enough for the plain `pulumi` CLI to run this project: it starts the SDK's own program
 * runner (`@pulumi/pulumi/cmd/run`) as the official host does. The official one is in no package registry; everything
 * between the CLI and index.ts but this file is the real thing.
 */

interface LanguageMessages {
  RunResponse: new () => { setError(text: string): void; setBail(bail: boolean): void };
  GetRequiredPackagesResponse: new () => object;
  GetRequiredPluginsResponse: new () => object;
  GetProgramDependenciesResponse: new () => object;
  AboutResponse: new () => object;
  LanguageHandshakeResponse: new () => object;
}

const load = createRequire(import.meta.url);
const { Empty } = load("google-protobuf/google/protobuf/empty_pb.js") as { Empty: new () => object };
const messages = load("@pulumi/pulumi/proto/language_pb.js") as LanguageMessages;
const { PluginInfo } = load("@pulumi/pulumi/proto/plugin_pb.js") as {
  PluginInfo: new () => { setVersion(v: string): void };
};
const { LanguageRuntimeService } = load("@pulumi/pulumi/proto/language_grpc_pb.js") as {
  LanguageRuntimeService: grpc.ServiceDefinition;
};

const engineAddress = process.argv.at(-1) ?? "";

/** The runner's way of saying that it has told the user everything. */
const exitedAfterLogging = 32;

const programs = new Set<ChildProcess>();

function runnerArguments(request: RunRequest): string[] {
  const info = request.getInfo();
  return [
    load.resolve("@pulumi/pulumi/cmd/run/index.js"),
    ...["--monitor", request.getMonitorAddress(), "--engine", engineAddress],
    ...["--project", request.getProject(), "--stack", request.getStack(), "--organization", request.getOrganization()],
    ...["--root-directory", info?.getRootDirectory() ?? request.getPwd(), "--pwd", request.getPwd()],
    ...["--parallel", String(request.getParallel())],
    ...(request.getDryrun() ? ["--dry-run"] : []),
    request.getProgram() === "" ? "." : request.getProgram(),
  ];
}

function run(call: grpc.ServerUnaryCall<RunRequest, object>, answer: grpc.sendUnaryData<object>): void {
  const request = call.request;
  const config = Object.fromEntries(request.getConfigMap().toObject(false, undefined as never));
  const child = spawn(process.execPath, runnerArguments(request), {
    cwd: request.getPwd(),
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      PULUMI_CONFIG: JSON.stringify(config),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      PULUMI_NODEJS_TYPESCRIPT: "false",
    },
  });
  programs.add(child);
  child.on("close", (code) => {
    programs.delete(child);
    const response = new messages.RunResponse();
    if (code === exitedAfterLogging) response.setBail(true);
    else if (code !== 0) response.setError(`the program ended with ${String(code)}`);
    answer(null, response);
  });
}

function answerWith(Message: new () => object): grpc.handleUnaryCall<object, object> {
  return (_call, answer) => {
    answer(null, new Message());
  };
}

const server = new grpc.Server();
server.addService(LanguageRuntimeService, {
  handshake: answerWith(messages.LanguageHandshakeResponse),
  getRequiredPlugins: answerWith(messages.GetRequiredPluginsResponse),
  getRequiredPackages: answerWith(messages.GetRequiredPackagesResponse),
  getProgramDependencies: answerWith(messages.GetProgramDependenciesResponse),
  about: answerWith(messages.AboutResponse),
  cancel: answerWith(Empty),
  getPluginInfo: (_call: unknown, answer: grpc.sendUnaryData<object>) => {
    const info = new PluginInfo();
    info.setVersion("3.250.0");
    answer(null, info);
  },
  run,
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.stdout.write(`${String(port)}\n`);
});
// The engine holds the other end: when it is killed, nobody stops its plugins, and a program would wait for it for ever.
process.stdin
  .on("end", () => {
    for (const program of programs) program.kill("SIGKILL");
    process.exit();
  })
  .resume();
