/** One of several reasons for an error. */
interface ErrorDetail {
  readonly code: string;
  readonly message: string;
}

/** An error of Azure Resource Manager: `{ "error": { "code", "message", "details" } }`. */
export class ArmError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: readonly ErrorDetail[];

  constructor(status: number, code: string, message: string, details: readonly ErrorDetail[] = []) {
    super(message);
    this.name = "ArmError";
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** 404 for a resource, in ARM's words. */
export function notFound(type: string, path: string, resourceGroup: string): ArmError {
  return new ArmError(
    404,
    "ResourceNotFound",
    `The Resource '${type}/${path}' under resource group '${resourceGroup}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}
