import { snsClient, s3Client, ssmClient } from "../../operations/aws/clients.ts";
import { readRunEvent, readSettings } from "./event.ts";
import { reportRun } from "./reportRun.ts";

/** What the handler needs of Lambda's context. */
interface Context {
  getRemainingTimeInMillis(): number;
}

/**
 * The run reporter: called by EventBridge once for each run of a window that has ended, and again by Lambda when it
 * throws. What it answers nobody waits for; its log shows it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
export async function handler(event: unknown, context: Context): Promise<object> {
  const run = readRunEvent(event);
  const clients = { ssm: ssmClient(run), s3: s3Client(run), sns: snsClient(run) };
  const answer = await reportRun(run, readSettings(process.env), clients, () => context.getRemainingTimeInMillis());
  console.info({ ...run, ...answer });
  return answer;
}
