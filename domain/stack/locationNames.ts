import { bucketName, iamName, passedRoleName, productName, regionalName, windowRoleName } from "./awsNames.ts";
import type { Location } from "../plane.ts";

/**
 * Names of what a location has exactly one of. They are known before anything exists, so policies can name each other's
 * subjects without a cycle between components. IAM's are account-wide and carry the location.
 */
export interface LocationNames {
  readonly bucket: string;
  readonly hybridRole: string;
  readonly windowRole: string;
  readonly notificationRole: string;
  readonly defaultHostRole: string;
  /** Role of an emergency: not made by the stack, only spared by the guard policy. */
  readonly breakGlassRole: string;
  readonly nodePolicy: string;
  readonly guardPolicy: string;
  readonly topic: string;
  readonly topicKeyAlias: string;
  readonly eventsQueue: string;
  readonly dataSync: string;
  /** Beginning of the name of every SSM document the stack owns. */
  readonly documentPrefix: string;
}

/** The names of one location's single resources. */
export function locationNames(environment: string, location: Location): LocationNames {
  const iam = (purpose: string): string => iamName(environment, location.name, purpose);
  return {
    bucket: bucketName(environment, location.name, location.accountId),
    hybridRole: passedRoleName(environment, location.name, "hybrid-node"),
    windowRole: windowRoleName(environment, location.name),
    notificationRole: iam("notification"),
    defaultHostRole: passedRoleName(environment, location.name, "default-host"),
    breakGlassRole: iam("break-glass"),
    nodePolicy: iam("node"),
    guardPolicy: iam("guard"),
    topic: regionalName(environment, "patching"),
    topicKeyAlias: `alias/${regionalName(environment, "patching")}`,
    eventsQueue: regionalName(environment, "node-results"),
    dataSync: regionalName(environment, "inventory"),
    documentPrefix: `${productName}-${environment}-`,
  };
}
