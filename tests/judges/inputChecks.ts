import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { connectPlugin, PluginFailure, type PluginClient } from "../simulator/plugins/pluginClient.ts";
import { inputCases, type InputCase } from "./inputCases.ts";
import { startScenarioCloud } from "./judgeRun.ts";
import { account, baselines, region, windows } from "./scenarioInputs.ts";

/** When inputs are refused: already in a preview, only by the API in an update, or not at all. */
export type Refusal = "preview" | "up" | "taken";

/** A case's title and when it was refused. In which words is each provider's own affair. */
export interface RecordedRefusal {
  readonly title: string;
  readonly refused: Refusal;
}

/** Starts the AWS provider plugin of a folder, as the engine does, and connects to it. */
async function startPlugin(folder: string, cloudUrl: string, others: string): Promise<PluginClient> {
  const child = spawn(join(folder, "pulumi-resource-aws"), [], {
    env: {
      ...process.env,
      PATCHPLANE_SIMULATOR: cloudUrl,
      AWS_ENDPOINT_URL: others,
      AWS_ENDPOINT_URL_SSM: cloudUrl,
      AWS_ENDPOINT_URL_STS: cloudUrl,
      AWS_ACCESS_KEY_ID: "AKIAPATCHPLANEJUDGE",
      AWS_SECRET_ACCESS_KEY: "judge",
      AWS_EC2_METADATA_DISABLED: "true",
      // A refusal is final; more attempts only take longer.
      AWS_MAX_ATTEMPTS: "1",
    },
    // Standard input stays open, as the engine holds it: plugins end with it.
    stdio: ["pipe", "pipe", "inherit"],
  });
  const port = await new Promise<number>((resolve, reject) => {
    createInterface(child.stdout).once("line", (line) => {
      resolve(Number(line));
    });
    child.once("exit", (code) => {
      reject(new Error(`the plugin in ${folder} ended with ${String(code)}`));
    });
  });
  return connectPlugin(port, () => void child.kill());
}

/**
 * The AWS provider plugin of a folder, configured for the scenario's account.
 *
 * @param others - base URL of every other service than SSM and STS; the stand-in knows the embedded cloud by itself
 */
export async function configuredPlugin(folder: string, cloudUrl: string, others = cloudUrl): Promise<PluginClient> {
  const client = await startPlugin(folder, cloudUrl, others);
  await client.configure({
    region,
    assumeRoles: JSON.stringify([{ roleArn: `arn:aws:iam::${account}:role/patchplane-deploy` }]),
    allowedAccountIds: JSON.stringify([account]),
  });
  return client;
}

/** Whether a plugin refused what it was asked for; fails when the call failed otherwise. */
export async function isRefused(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return false;
  } catch (error) {
    if (error instanceof PluginFailure) return true;
    throw error;
  }
}

async function refusalOf(client: PluginClient, { title, type, inputs }: InputCase): Promise<RecordedRefusal> {
  if (await isRefused(client.preview(type, inputs))) return { title, refused: "preview" };
  const made = client.create(type, inputs);
  if (await isRefused(made)) return { title, refused: "up" };
  await client.delete(await made);
  return { title, refused: "taken" };
}

/** Gives every case's inputs to the AWS provider plugin of a folder, first as a preview does, then as an update does. */
export async function inputChecks(
  plugins: string,
  onCase: (refusal: RecordedRefusal) => void = () => undefined,
): Promise<readonly RecordedRefusal[]> {
  const cloud = await startScenarioCloud();
  const client = await configuredPlugin(plugins, cloud.url);
  try {
    const baseline = await client.create("aws:ssm/patchBaseline:PatchBaseline", baselines["baseline-ubuntu"]);
    const window = await client.create("aws:ssm/maintenanceWindow:MaintenanceWindow", {
      ...windows["window-bare"],
      allowUnassociatedTargets: true,
    });
    const refusals: RecordedRefusal[] = [];
    for (const each of inputCases({ baselineId: baseline.id, windowId: window.id })) {
      const refusal = await refusalOf(client, each);
      refusals.push(refusal);
      onCase(refusal);
    }
    return refusals;
  } finally {
    client.close();
    await cloud.close();
  }
}
