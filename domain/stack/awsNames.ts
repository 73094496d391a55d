import { createHash } from "node:crypto";
import type { Location } from "../plane.ts";
import type { AzureVm } from "../server.ts";

/** Prefix of every name the stack gives to something in a cloud. */
export const productName = "patchplane";

const iamNameLimit = 64;
const digestLength = 8;

function digest(text: string, length: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}

/**
 * Fits a name into a limit. A name that is too long keeps its beginning and ends in a digest of the whole,
 * so two long names stay two names and the same name is always cut the same way.
 */
export function fitName(name: string, limit: number): string {
  return name.length <= limit ? name : `${name.slice(0, limit - digestLength - 1)}-${digest(name, digestLength)}`;
}

/** Name of an IAM role or policy: IAM is account-wide, so it carries environment and location (≤ 64 characters). */
export function iamName(environment: string, location: string, purpose: string): string {
  return fitName(`${productName}-${environment}-${location}-${purpose}`, iamNameLimit);
}

/**
 * Path of the roles and policies that a stack makes: IAM patterns on it reach no neighbour whose name begins alike, and
 * none of the roles that were there before.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-friendly-names
 */
export function iamPath(environment: string): string {
  return `/${productName}/${environment}/`;
}

/** Name of a role that Systems Manager takes by path and name, which may have 64 characters together. */
export function passedRoleName(environment: string, location: string, purpose: string): string {
  const limit = iamNameLimit - iamPath(environment).length + 1;
  return fitName(`${productName}-${environment}-${location}-${purpose}`, limit);
}

/** What Systems Manager calls a role of the stack: its path without the first slash, and its name. */
export function passedRole(environment: string, name: string): string {
  return `${iamPath(environment).slice(1)}${name}`;
}

/** Name of the permissions boundary that the bootstrap makes and every role of the stack has. */
export function boundaryName(environment: string): string {
  return `${productName}-boundary-${environment}`;
}

/** Name of anything that lives in one account and Region (topic, queue, rule, document, association). */
export function regionalName(environment: string, purpose: string, limit = iamNameLimit): string {
  return fitName(`${productName}-${environment}-${purpose}`, limit);
}

/** Name of a patch baseline in AWS (3–128 characters). */
export function baselineName(environment: string, baseline: string): string {
  return regionalName(environment, baseline, 128);
}

/** Name of a maintenance window in AWS (3–128 characters); a calendar entry's date is its suffix. */
export function windowName(environment: string, window: string, suffix: string): string {
  return regionalName(environment, suffix === "" ? window : `${window}-${suffix}`, 128);
}

/** Name of the role that a location's windows run their tasks with. */
export function windowRoleName(environment: string, location: string): string {
  return iamName(environment, location, "window");
}

/** Name of an SSM document of a window's hooks (≤ 128 characters): key and content stand at its end, uncut. */
export function hookDocumentName(environment: string, window: string, key: string, content: string): string {
  const end = `-${key}-${digest(content, digestLength)}`;
  return `${regionalName(environment, window, 128 - end.length)}${end}`;
}

/** The tags on everything the stack makes in a location: whose it is, so that nobody mends it by hand, and the stack file's. */
export function ownTags(environment: string, location: Pick<Location, "name" | "tags">): Record<string, string> {
  return { ...location.tags, Environment: environment, Location: location.name, ManagedBy: productName };
}

/** Name of a location's bucket: S3 names are global, so the account closes it (≤ 63 characters, lower case). */
export function bucketName(environment: string, location: string, accountId: string): string {
  const limit = 63 - accountId.length - 1;
  return `${fitName(`${productName}-${environment}-${location}`.toLowerCase(), limit)}-${accountId}`;
}

/**
 * Logical name of an Azure VM's resources. Slashes keep it unambiguous: no part may hold one, while all
 * three may hold a hyphen. It never uses the fleet file's `name`, which people change.
 */
export function hybridVmName(subscription: string, vm: Pick<AzureVm, "resourceGroup" | "vmName">): string {
  return `${subscription}/${vm.resourceGroup}/${vm.vmName}`.toLowerCase();
}

/** Key of a published object: its content decides it, so new content is a new key and a visible diff. */
export function contentKey(folder: string, content: string, extension: string): string {
  return `${folder}/${digest(content, 16)}.${extension}`;
}
