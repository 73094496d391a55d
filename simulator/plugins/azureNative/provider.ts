import { simulatorAddress } from "../aws/config.ts";
import { checkInputs, type Failure } from "../check.ts";
import { diffProperties } from "../diff.ts";
import { givenText, requiredText } from "../fields.ts";
import { InitFailed, NotCovered, type Plugin, type State, type Subject } from "../plugin.ts";
import { importedInputs, refreshedInputs } from "../refresh.ts";
import { anything, optional, text } from "../schema.ts";
import { pattern } from "../textChecks.ts";
import { defined, isRecord, unknownValue, type Value, type Values } from "../values.ts";
import { apiVersion, OperationFailed, resourceManager, type ResourceManager } from "./arm.ts";
import { resourceTypes, type VmChildType } from "./resourceTypes.ts";

/** Version of @pulumi/azure-native whose provider this stands in for. */
const version = "3.28.0";

const guid = pattern(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, "a GUID");

/** Settings of the provider that the stand-in honours, or that mean nothing to it. */
const settings = {
  disablePulumiPartnerId: optional(anything),
  environment: optional(text(pattern(/^public$/, "public: the embedded cloud is no sovereign one"))),
  location: optional(text()),
  subscriptionId: optional(text(guid)),
  tenantId: optional(text(guid)),
  useOidc: optional(anything),
  version: optional(anything),
};

function childType({ type }: Subject): VmChildType {
  const found = resourceTypes[type];
  if (found === undefined) {
    throw new NotCovered(`resource type ${type}`);
  }
  return found;
}

function pathOf(type: VmChildType, subscriptionId: string, inputs: Values): string {
  const segments = [
    `/subscriptions/${subscriptionId}`,
    `resourceGroups/${requiredText(inputs, "resourceGroupName")}`,
    `providers/Microsoft.Compute/virtualMachines/${requiredText(inputs, "vmName")}`,
    `${type.segment}/${requiredText(inputs, type.nameInput)}`,
  ];
  return segments.join("/");
}

function bodyOf(type: VmChildType, inputs: Values): Values {
  const properties = type.bodyProperties.map((name) => [name, inputs[name]] as const);
  return defined({
    location: inputs["location"],
    tags: inputs["tags"],
    properties: defined(Object.fromEntries(properties)),
  });
}

/** What Azure answered, flat, as azure-native's outputs are; `type` is the resource's type, not the extension's. */
function outputsOf(answer: Values): Values {
  const properties = isRecord(answer["properties"]) ? answer["properties"] : {};
  return defined({
    ...properties,
    azureApiVersion: apiVersion,
    location: answer["location"],
    name: answer["name"],
    tags: answer["tags"],
    type: answer["type"],
  });
}

/** What Azure answered, in the form of the inputs. */
function inputsOf(type: VmChildType, id: string, answer: Values): Values {
  const segments = id.split("/");
  const after = (name: string): Value | undefined =>
    segments[segments.findIndex((segment) => segment.toLowerCase() === name.toLowerCase()) + 1];
  const properties = isRecord(answer["properties"]) ? answer["properties"] : {};
  return defined({
    ...Object.fromEntries(type.bodyProperties.map((name) => [name, properties[name]])),
    location: answer["location"],
    resourceGroupName: after("resourceGroups"),
    tags: answer["tags"],
    vmName: after("virtualMachines"),
    [type.nameInput]: answer["name"],
  });
}

function expectedOutputs(type: VmChildType, inputs: Values): Values {
  const shown = Object.entries(inputs).filter(([name]) => type.bodyProperties.includes(name) && name !== "type");
  return defined({
    ...Object.fromEntries(shown.filter(([name]) => !type.hidden.includes(name))),
    azureApiVersion: apiVersion,
    location: inputs["location"],
    name: inputs[type.nameInput],
    provisioningState: unknownValue,
    tags: inputs["tags"],
    type: `Microsoft.Compute/virtualMachines/${type.segment}`,
  });
}

interface Connection {
  readonly arm: ResourceManager;
  readonly subscriptionId: string;
}

function connect(inputs: Values, environment: NodeJS.ProcessEnv): Connection {
  const subscriptionId = givenText(inputs, "subscriptionId") ?? environment["ARM_SUBSCRIPTION_ID"];
  if (subscriptionId === undefined) {
    throw new Error("azure-native:subscriptionId is required and was not given, nor is ARM_SUBSCRIPTION_ID set");
  }
  return { arm: resourceManager(simulatorAddress(environment)), subscriptionId };
}

/** Puts the resource and reads it back; one that ends in a failed state is kept as not initialised. */
async function put(arm: ResourceManager, type: VmChildType, path: string, inputs: Values): Promise<State> {
  let failure: OperationFailed | undefined;
  try {
    await arm.put(path, bodyOf(type, inputs));
  } catch (error) {
    if (!(error instanceof OperationFailed)) {
      throw error;
    }
    failure = error;
  }
  const answer = await arm.get(path);
  if (answer === undefined) {
    throw failure ?? new Error(`${path} was made and is not there`);
  }
  const state = { id: requiredText(answer, "id"), outputs: outputsOf(answer) };
  if (failure !== undefined) {
    throw new InitFailed(`${path}: ${failure.message}`, state, inputs);
  }
  return state;
}

/**
 * The stand-in for the azure-native provider: extensions and managed Run Commands of virtual machines. As the real one,
 * it compares old inputs with new inputs, never with Azure, and refuses to create what is there already.
 */
export function azureNativePlugin(environment: NodeJS.ProcessEnv): Plugin {
  let configured: Connection | undefined;
  const connection = (): Connection => {
    if (configured === undefined) {
      throw new Error("the provider is not configured");
    }
    return configured;
  };

  return {
    version,
    checkConfig: (inputs): readonly Failure[] => checkInputs(settings, inputs).failures,
    configure: (inputs) => {
      configured = connect(inputs, environment);
      return Promise.resolve();
    },
    check: (subject, inputs) => checkInputs(childType(subject).properties, inputs),
    diff: (existing, inputs, ignored) => ({
      changes: diffProperties(childType(existing).properties, existing.inputs, inputs, ignored),
      // Two resources of one name cannot stand side by side on a VM.
      deleteBeforeReplace: true,
    }),
    create: async (subject, inputs, preview) => {
      const type = childType(subject);
      if (preview) {
        return { id: "", outputs: expectedOutputs(type, inputs) };
      }
      const { arm, subscriptionId } = connection();
      const path = pathOf(type, subscriptionId, inputs);
      if ((await arm.get(path)) !== undefined) {
        throw new Error(`cannot create already existing resource '${path}'`);
      }
      return put(arm, type, path, inputs);
    },
    read: async ({ id, inputs, ...subject }) => {
      const type = childType(subject);
      const answer = await connection().arm.get(id);
      if (answer === undefined) {
        return undefined;
      }
      const now = inputsOf(type, id, answer);
      const importing = Object.keys(inputs).length === 0;
      return {
        id: requiredText(answer, "id"),
        outputs: outputsOf(answer),
        inputs: importing
          ? importedInputs(type.properties, now)
          : refreshedInputs(type.properties, inputs, now, type.hidden),
      };
    },
    update: async ({ id, outputs, ...subject }, inputs, preview) => {
      const type = childType(subject);
      if (preview) {
        return {
          ...outputs,
          ...expectedOutputs(type, inputs),
          ...defined({ provisioningState: outputs["provisioningState"] }),
        };
      }
      return (await put(connection().arm, type, id, inputs)).outputs;
    },
    delete: async ({ id }) => {
      await connection().arm.delete(id);
    },
  };
}
