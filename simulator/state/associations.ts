import type { CreateAssociationRequest } from "@aws-sdk/client-ssm";
import type { Checked } from "./checked.ts";

/** What an association says: the creating or last updating request. */
export type AssociationContent = Omit<Checked<CreateAssociationRequest>, "Tags">;

/** One run of an association over its targets. */
export interface AssociationExecution {
  readonly id: string;
  readonly version: string;
  readonly status: "Success" | "Failed";
  readonly at: Date;
  readonly counts: Readonly<Record<string, number>>;
}

/** A State Manager association. */
export interface AssociationRecord {
  readonly id: string;
  version: number;
  content: AssociationContent;
  readonly createdAt: Date;
  updatedAt: Date;
  lastExecutionAt: Date | undefined;
  lastSuccessAt: Date | undefined;
  readonly executions: AssociationExecution[];
}
