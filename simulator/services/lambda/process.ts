import { fork, type ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SimulatedCloud } from "../../state/cloud.ts";
import type { FunctionRun } from "../../state/deliveries.ts";
import { temporaryKeyId } from "../../http/credentials.ts";
import { recordedRole } from "../iam/caller.ts";
import { fieldsIn, placeOf, recordAt, textIn, type Fields } from "../records.ts";
import type { Answer } from "./runtime.ts";

const mostLog = 65_536;
/** Part of a function's memory that Node may use for objects; the rest is its own. */
const heapShare = 0.8;

interface Deployed {
  readonly name: string;
  readonly functionArn: string;
  readonly record: Fields;
  readonly memory: number;
  readonly timeoutMs: number;
}

function textsIn(fields: Fields): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** Keys of the function's role; its rights are enforced with them. */
function credentials(cloud: SimulatedCloud, { name, record }: Deployed): Readonly<Record<string, string>> {
  const roleArn = textIn(record, "role");
  const keyId = temporaryKeyId(placeOf(roleArn).accountId, cloud.serial("session"));
  const role = recordedRole(cloud, roleArn);
  if (role === undefined) throw new Error(`the role ${roleArn} is not there`);
  cloud.identity.sessions.set(keyId, { role, name });
  return { AWS_ACCESS_KEY_ID: keyId, AWS_SECRET_ACCESS_KEY: `secret/${keyId}`, AWS_SESSION_TOKEN: `session/${keyId}` };
}

/**
 * The variables that Lambda sets, the function's own, and the cloud's address in the place of AWS's; nothing of this
 * process. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
function environment(cloud: SimulatedCloud, deployed: Deployed, folder: string): Readonly<Record<string, string>> {
  const { name, functionArn, record, memory } = deployed;
  const { region } = placeOf(functionArn);
  return {
    ...textsIn(fieldsIn(fieldsIn(record, "environment"), "variables")),
    ...credentials(cloud, deployed),
    AWS_ENDPOINT_URL: cloud.endpoint.url,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${textIn(record, "runtime")}`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memory),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: textIn(fieldsIn(record, "loggingConfig"), "logGroup"),
    LAMBDA_TASK_ROOT: folder,
    _HANDLER: textIn(record, "handler"),
    LANG: "en_US.UTF-8",
    PATH: "/usr/local/bin:/usr/bin:/bin",
    TZ: ":UTC",
  };
}

function start(cloud: SimulatedCloud, deployed: Deployed, folder: string): ChildProcess {
  return fork(join(import.meta.dirname, "runtime.ts"), {
    cwd: folder,
    env: environment(cloud, deployed, folder),
    execArgv: [`--max-old-space-size=${String(Math.floor(deployed.memory * heapShare))}`],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
}

type Ending = Pick<FunctionRun, "result" | "answer" | "error" | "peakMebibytes">;

/** How the process ended, or that its time was over. */
function endingOf(child: ChildProcess, { timeoutMs, memory }: Deployed, event: Fields): Promise<Ending> {
  return new Promise((resolve) => {
    let answer: Answer | undefined;
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      resolve({
        result: "timeout",
        error: `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
        peakMebibytes: 0,
      });
    }, timeoutMs);
    child.on("message", (message) => {
      answer = message as Answer;
    });
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      const peakMebibytes = Math.ceil((answer?.peakKibibytes ?? 0) / 1024);
      const ended = `Runtime exited with error: ${signal ?? `exit status ${String(code)}`}`;
      // V8 aborts when the heap is full.
      if (answer === undefined)
        resolve({ result: signal === "SIGABRT" ? "outOfMemory" : "error", error: ended, peakMebibytes });
      else if (peakMebibytes > memory) resolve({ result: "outOfMemory", error: "signal: killed", peakMebibytes });
      else if (answer.error !== undefined) resolve({ result: "error", error: answer.error, peakMebibytes });
      else resolve({ result: "success", answer: answer.value, peakMebibytes });
    });
    child.send({ event, timeoutMs });
  });
}

function found(cloud: SimulatedCloud, functionArn: string): Deployed | undefined {
  const name = functionArn.slice(functionArn.lastIndexOf(":") + 1);
  const record = recordAt(cloud, placeOf(functionArn), "lambda-function", name);
  if (record === undefined) return undefined;
  return {
    name,
    functionArn,
    record,
    memory: Number(record["memorySize"]),
    timeoutMs: Number(record["timeout"]) * 1000,
  };
}

/**
 * Runs a function once, as Lambda does: the code that was deployed, in a process of its own, with Lambda's variables,
 * its role's rights, and its limits of memory and time, both of the machine that this runs on. Undefined where there is
 * no such function.
 */
export async function runFunction(
  cloud: SimulatedCloud,
  functionArn: string,
  event: Fields,
  attempt: number,
): Promise<FunctionRun | undefined> {
  const deployed = found(cloud, functionArn);
  if (deployed === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "patchplane-function-"));
  const started = performance.now();
  try {
    for (const [name, content] of Object.entries(textsIn(fieldsIn(deployed.record, "files"))))
      await writeFile(join(folder, name), Buffer.from(content, "base64"));
    const child = start(cloud, deployed, folder);
    let log = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => (log = (log + chunk.toString("utf8")).slice(-mostLog)));
    const ending = await endingOf(child, deployed, event);
    const milliseconds = Math.round(performance.now() - started);
    return { at: cloud.clock.now(), functionArn, attempt, ...ending, milliseconds, log };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
