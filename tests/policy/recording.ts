import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { projectFiles } from "../../config/projectFiles.ts";
import { readStackFile, stackFileName } from "../../config/stackFile.ts";
import type { Registration } from "../../policy/registration.ts";
import { startMocks, type MockedRun, type MockOutputs } from "../harness/mocks.ts";

/** Outputs that AWS computes and the program reads, in the account and Region of the resource's own provider. */
function awsOutputs(): MockOutputs {
  const places = new Map<string, string>();
  return ({ type, name, inputs, provider }) => {
    const { region, allowedAccountIds } = inputs as Readonly<Record<string, string>>;
    if (type === "pulumi:providers:aws") {
      const [account = ""] = JSON.parse(allowedAccountIds ?? "[]") as readonly string[];
      places.set(name, `${region ?? ""}:${account}`);
    }
    const place = places.get((provider ?? "").split("::").at(-2) ?? "") ?? "";
    const [service = ""] = type.replace(/^aws:/, "").split("/");
    switch (type) {
      case "aws:kms/key:Key":
        return { keyId: `${name}-key-id`, arn: `arn:aws:kms:${place}:key/0123` };
      case "aws:sqs/queue:Queue":
        return { url: `https://sqs.amazonaws.com/${place}/${name}`, arn: `arn:aws:sqs:${place}:${name}` };
      default:
        return type.startsWith("aws:") ? { arn: `arn:aws:${service}:${place}:${name}` } : {};
    }
  };
}

/**
 * Everything that the project's own entry point registers, run as the engine runs it: under the stack's name, with the
 * settings that the CLI would hand out. Once a process: a program's modules run once.
 *
 * @param root - folder with the entry point and the stack files
 */
export async function recording(root: string, run: MockedRun): Promise<readonly Registration[]> {
  const stackFile = stackFileName(run.stack);
  const { config } = readStackFile(projectFiles(root).read(stackFile) ?? "", stackFile);
  const recorder = await startMocks(awsOutputs(), run);
  pulumi.runtime.setAllConfig({ ...config.values }, [...config.secretKeys]);
  await pulumi.runtime.runInPulumiStack(async () => {
    const entry: unknown = await import(pathToFileURL(join(root, "index.ts")).href);
    return { ...(entry as object) };
  });
  await pulumi.runtime.disconnect();
  const transforms = recorder.stackTransforms() > 0 ? ["transforms"] : [];
  return recorder.resources.map((each) =>
    each.type === "pulumi:pulumi:Stack" ? { ...each, extras: [...each.extras, ...transforms] } : each,
  );
}
