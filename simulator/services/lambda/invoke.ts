import type { SimulatedCloud } from "../../state/cloud.ts";
import type { FunctionRun } from "../../state/deliveries.ts";
import { observe } from "../cloudWatch/alarms.ts";
import { recordedRole } from "../iam/caller.ts";
import { fieldsIn, placeOf, recordAt, textIn, type Fields } from "../records.ts";
import { sendToQueue } from "../sqs/send.ts";
import { runFunction } from "./process.ts";

const minute = 60_000;
/** Minutes after a failed attempt at which Lambda makes the next. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const waits = [1, 2] as const;

interface Invocation {
  readonly cloud: SimulatedCloud;
  readonly functionArn: string;
  readonly event: Fields;
  readonly attempt: number;
}

function nameIn(functionArn: string): string {
  return functionArn.slice(functionArn.lastIndexOf(":") + 1);
}

/** What a destination gets of an event that was given up. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function givenUp({ cloud, functionArn, event, attempt }: Invocation, { result, error }: FunctionRun): string {
  return JSON.stringify({
    version: "1.0",
    timestamp: cloud.clock.now().toISOString(),
    requestContext: {
      functionArn: `${functionArn}:$LATEST`,
      condition: "RetriesExhausted",
      approximateInvokeCount: attempt,
    },
    requestPayload: event,
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    responsePayload: { errorMessage: error ?? result },
  });
}

function failed(invocation: Invocation, run: FunctionRun): void {
  const { cloud, functionArn, attempt } = invocation;
  const place = placeOf(functionArn);
  const name = nameIn(functionArn);
  observe(cloud, place, { namespace: "AWS/Lambda", metric: "Errors", dimensions: { FunctionName: name }, value: 1 });
  const config = recordAt(cloud, place, "lambda-event-invoke-config", name);
  const retries = Number(config?.["maximumRetryAttempts"] ?? waits.length);
  const wait = waits[attempt - 1];
  if (attempt <= retries && wait !== undefined) {
    const at = new Date(cloud.clock.now().getTime() + wait * minute);
    cloud.agenda.add(at, () => {
      enqueue({ ...invocation, attempt: attempt + 1 });
    });
    return;
  }
  const destination = textIn(fieldsIn(fieldsIn(config, "destinationConfig"), "onFailure"), "destination");
  if (destination === "") return;
  if (placeOf(destination).service !== "sqs")
    throw new Error(`the destination ${destination} is not covered by the embedded cloud`);
  const role = recordedRole(cloud, textIn(recordAt(cloud, place, "lambda-function", name), "role"));
  if (role !== undefined) sendToQueue(cloud, { role }, destination, givenUp(invocation, run));
}

function enqueue(invocation: Invocation): void {
  const { cloud, functionArn, event, attempt } = invocation;
  cloud.deliveries.pending.push(async () => {
    const run = await runFunction(cloud, functionArn, event, attempt);
    // It was taken away while the event waited: Lambda drops it.
    if (run === undefined) return;
    cloud.deliveries.functionRuns.push(run);
    if (run.result !== "success") failed(invocation, run);
  });
}

/**
 * Calls a function as Lambda does for an event: later, with two more attempts where it fails, and its `onFailure`
 * destination at last. One at a time, whatever the reserved concurrency: throttling is not covered.
 *
 * @returns whether there is such a function
 */
export function callFunction(cloud: SimulatedCloud, functionArn: string, event: Fields): boolean {
  if (recordAt(cloud, placeOf(functionArn), "lambda-function", nameIn(functionArn)) === undefined) return false;
  enqueue({ cloud, functionArn, event, attempt: 1 });
  return true;
}

/** Runs what was called at the clock's present time, and what that calls; the clock waits. */
export async function settleFunctions({ deliveries: { pending } }: SimulatedCloud): Promise<void> {
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) await next();
}
