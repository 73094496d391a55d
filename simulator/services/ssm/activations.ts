import type { CreateActivationRequest } from "@aws-sdk/client-ssm";
import { ApiError, validationError } from "../../http/apiError.ts";
import type { Call, OperationTable } from "./call.ts";
import { filtered, pageOf } from "./paging.ts";
import { checkTags } from "./tags.ts";
import type { ActivationRecord } from "../../state/region.ts";

const dayLength = 86_400_000;
const longestLifeDays = 30;
const usualLifeDays = 1;
const codeLength = 20;
const usualPage = 50;

function expiry(call: Call, wanted: Date | undefined): Date {
  const now = call.cloud.clock.now().getTime();
  if (wanted === undefined) return new Date(now + usualLifeDays * dayLength);
  if (wanted.getTime() <= now)
    throw new ApiError("InvalidParameters", "The activation's expiration date must be in the future.");
  if (wanted.getTime() > now + longestLifeDays * dayLength)
    throw new ApiError(
      "InvalidParameters",
      `The activation's expiration date must be within ${String(longestLifeDays)} days.`,
    );
  return wanted;
}

function described(activation: ActivationRecord, now: Date): object {
  return {
    ActivationId: activation.id,
    Description: activation.description,
    DefaultInstanceName: activation.defaultInstanceName,
    IamRole: activation.iamRole,
    RegistrationLimit: activation.registrationLimit,
    // 0 although the API model asks for at least 1: AWS's own example of this call shows it.
    RegistrationsCount: activation.registrations,
    ExpirationDate: activation.expiresAt,
    Expired: activation.expiresAt <= now,
    CreatedDate: activation.createdAt,
    Tags: [...activation.tags].map(([Key, Value]) => ({ Key, Value })),
  };
}

/** What an activation is for, as far as its request tells. */
function subjectOf({ DefaultInstanceName, Description, Tags = [] }: Partial<CreateActivationRequest>): string {
  return JSON.stringify([DefaultInstanceName, Description, ...Tags.map(({ Key, Value }) => `${Key}=${Value}`).sort()]);
}

/**
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateActivation.html: 24 hours when no date is
 * given, 30 days at most, one registration when no limit is given. The role is a name, not an ARN; whether it exists
 * is not looked up, because IAM is not part of the embedded cloud.
 */
export const activationOperations = {
  CreateActivation: (call, request) => {
    if (request.IamRole.startsWith("arn:")) throw validationError(`Not existing role: ${request.IamRole}`);
    checkTags(request.Tags);
    const id = call.cloud.uuid(call.region, `activation ${subjectOf(request)}`);
    const code = call.cloud.token(call.region, `code of ${id}`, codeLength);
    call.region.activations.set(id, {
      id,
      code,
      description: request.Description,
      defaultInstanceName: request.DefaultInstanceName,
      iamRole: request.IamRole,
      registrationLimit: request.RegistrationLimit ?? 1,
      registrations: 0,
      expiresAt: expiry(call, request.ExpirationDate),
      createdAt: call.cloud.clock.now(),
      tags: new Map(request.Tags?.map((tag) => [tag.Key, tag.Value])),
    });
    return { ActivationId: id, ActivationCode: code };
  },
  DescribeActivations: (call, request) => {
    const filters = (request.Filters ?? []).map(({ FilterKey, FilterValues }) => ({
      Key: FilterKey,
      Values: FilterValues,
    }));
    const { activations } = call.region;
    const [only, ...others] = filters.find(({ Key }) => Key === "ActivationIds")?.Values ?? [];
    // A provider reads each of thousands by its id.
    const alone = only === undefined || others.length > 0 ? undefined : activations.get(only);
    const matching = filtered(
      alone === undefined ? activations.values() : [alone],
      filters,
      {
        ActivationIds: (activation: ActivationRecord, value) => activation.id === value,
        DefaultInstanceName: (activation, value) => activation.defaultInstanceName === value,
        IamRole: (activation, value) => activation.iamRole === value,
      },
      "InvalidFilter",
    );
    const { items, ...next } = pageOf(matching, request, usualPage);
    const now = call.cloud.clock.now();
    return { ActivationList: items.map((activation) => described(activation, now)), ...next };
  },
  /** Nodes that registered with it stay registered. */
  DeleteActivation: (call, request) => {
    if (!call.region.activations.delete(request.ActivationId))
      throw new ApiError("InvalidActivation", `Activation ${request.ActivationId} does not exist.`);
    return {};
  },
} satisfies OperationTable;
