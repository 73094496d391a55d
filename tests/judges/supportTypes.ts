import { PatchingLocation } from "../../components/aws/patchingLocation.ts";
import { configuredPlugin } from "./inputChecks.ts";
import { startScenarioCloud } from "./judgeRun.ts";
import { account, region } from "./scenarioInputs.ts";
import { supportEdits } from "./supportEdits.ts";
import { answersOf, removedAnswers, type RecordedAnswer } from "./typeAnswers.ts";
import { functions, sampleLocation, samplePlane, sampleWindow, sql, withProvider } from "../components/aws/samples.ts";
import { byName } from "../domain/samplePlane.ts";
import { settled, startMocks, type Recorder } from "../harness/mocks.ts";
import type { Json, PluginClient, Resource } from "../simulator/plugins/pluginClient.ts";

/** A location as the component registers it. */
async function registered(): Promise<Recorder> {
  const recorder = await startMocks();
  const location = sampleLocation({ accountId: account, region });
  const plane = samplePlane({ locations: byName(location), windows: byName(sampleWindow()) });
  new PatchingLocation("main", { plane, location, functions, sql }, withProvider());
  await settled();
  return recorder;
}

/** What the mocks answered for a resource, and what the plugin has answered: every mention of the one is the other. */
type Known = ReadonlyMap<string, string>;

function knownOf(name: string, { id, outputs }: Resource): readonly (readonly [string, string])[] {
  const { arn } = outputs;
  return [[`${name}-id`, id], ...(typeof arn === "string" ? [[`arn:aws:mock:::${name}`, arn] as const] : [])];
}

function resolved(value: unknown, known: Known): unknown {
  if (typeof value === "string") {
    const exact = known.get(value);
    if (exact !== undefined) return exact;
    // Policies are texts that name others within.
    return value.replaceAll(/arn:aws:mock:::[\w-]+/g, (mention) => known.get(mention) ?? mention);
  }
  if (Array.isArray(value)) return value.map((each) => resolved(each, known));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolved(each, known)]));
}

/** What AWS goes on telling of: versioning is suspended for ever, and a topic falls back on its first policy. */
const staying: ReadonlySet<string> = new Set(["BucketVersioning: removed", "TopicPolicy: removed"]);

async function madeInTurn(client: PluginClient, recorder: Recorder): Promise<readonly RecordedAnswer[]> {
  const known = new Map<string, string>();
  const kept: Resource[] = [];
  const answers: RecordedAnswer[] = [];
  for (const { type, name, given, ...edits } of supportEdits) {
    const inputs = { ...(resolved(recorder.only(type, name).inputs, known) as Json), ...given };
    const { made, answers: told } = await answersOf(client, { type, inputs, ...edits });
    for (const [mention, actual] of knownOf(name, made)) known.set(mention, actual);
    kept.push(made);
    answers.push(...told);
  }
  const removed = await removedAnswers(client, kept);
  return [...answers, ...removed.filter(({ title }) => !staying.has(title))];
}

/**
 * Makes, reads, edits and removes each of the types that stand around Systems Manager, as the component registers them,
 * by the AWS provider plugin of a folder, and tells what it showed.
 *
 * @param others - base URL of what answers their services to a real provider; the embedded cloud has but records of them
 */
export async function supportAnswers(plugins: string, others?: string): Promise<readonly RecordedAnswer[]> {
  const cloud = await startScenarioCloud();
  const client = await configuredPlugin(plugins, cloud.url, others);
  try {
    return await madeInTurn(client, await registered());
  } finally {
    client.close();
    await cloud.close();
  }
}
