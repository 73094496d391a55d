import type { RunSteps } from "../../operations/progress.ts";

/** Runs steps and shows nothing of them. */
export const quietly: RunSteps = async (steps) => {
  const outcomes = await Promise.all(steps.map((step) => step.act(() => undefined)));
  return outcomes.map(({ value }) => value);
};

/** Has variables in the environment while something runs. */
export async function withEnvironment<T>(
  settings: Readonly<Record<string, string>>,
  action: () => Promise<T>,
): Promise<T> {
  const before = Object.keys(settings).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, settings);
  try {
    return await action();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  }
}

/** Points the SDK's own settings at an embedded cloud while something runs. */
export function pointedAt<T>(url: string, action: () => Promise<T>): Promise<T> {
  const settings = { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: "embedded", AWS_SECRET_ACCESS_KEY: "embedded" };
  return withEnvironment(settings, action);
}
