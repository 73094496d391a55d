import { z } from "zod";

/**
 * What EventBridge tells of a run, as far as it is used; the samples have more, and not always the same.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html
 */
const runEvent = z.object({
  source: z.literal("aws.ssm"),
  account: z.string().regex(/^\d{12}$/),
  region: z.string().min(1),
  detail: z.object({
    "window-id": z.string().regex(/^mw-[0-9a-f]{17}$/),
    "window-execution-id": z.string().min(1),
  }),
});

/** The run that an event is about. */
export interface RunEvent {
  readonly accountId: string;
  readonly region: string;
  readonly windowId: string;
  readonly runId: string;
}

/** Reads an event of EventBridge. @throws ZodError when it is none about a window's run */
export function readRunEvent(event: unknown): RunEvent {
  const { account: accountId, region, detail } = runEvent.parse(event);
  return { accountId, region, windowId: detail["window-id"], runId: detail["window-execution-id"] };
}

const settings = z.object({
  REPORT_BUCKET: z.string().min(1),
  REPORT_IDLE_WINDOWS: z.string(),
  REPORT_STACK: z.string().min(1),
  REPORT_TOPIC_ARN: z.string().startsWith("arn:"),
});

/** Where reports and messages go, from the function's environment. */
export interface ReporterSettings {
  readonly bucket: string;
  /** Windows that no server of the fleet file is for. */
  readonly idleWindows: readonly string[];
  readonly stack: string;
  readonly topicArn: string;
}

/** Reads the function's environment. @throws ZodError that names what it lacks */
export function readSettings(environment: NodeJS.ProcessEnv): ReporterSettings {
  const found = settings.parse(environment);
  return {
    bucket: found.REPORT_BUCKET,
    idleWindows: found.REPORT_IDLE_WINDOWS.split(","),
    stack: found.REPORT_STACK,
    topicArn: found.REPORT_TOPIC_ARN,
  };
}
