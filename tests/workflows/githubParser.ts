import { registerHooks } from "node:module";

// The package imports JSON without saying so, which Node refuses.
registerHooks({
  load: (url, context, next) =>
    url.endsWith(".json") && url.includes("/@actions/workflow-parser/")
      ? next(url, { ...context, importAttributes: { type: "json" } })
      : next(url, context),
});
const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import("@actions/workflow-parser");

/** A job as GitHub reads it: how many steps it has. */
type Steps = Readonly<Record<string, number>>;

/** A workflow as GitHub's own parser reads it, and what it has against it. */
export async function parsedByGithub(name: string, content: string): Promise<{ steps: Steps; faults: string[] }> {
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  const template = value === undefined ? undefined : await convertWorkflowTemplate(context, value);
  const faults = context.errors.getErrors().map(({ message }) => message);
  const jobs = (template?.jobs ?? []).map((job) => [job.id.value, job.type === "job" ? job.steps.length : 0] as const);
  return {
    steps: Object.fromEntries(jobs),
    faults: [...faults, ...(template?.errors ?? []).map(({ Message }) => Message)],
  };
}
