import type { CreateAssociationRequest } from "@aws-sdk/client-ssm";
import type { Checked } from "./checked.ts";

/** What an association says: the creating or last updating request. */
export type AssociationContent = Omit<Checked<CreateAssociationRequest>, "Tags">;

/** One run of an association over its targets. */
export interface AssociationExecution {
  readonly id: string;
  readonly version: string;
  status: "InProgress" | "Success" | "Failed";
  readonly at: Date;
  /** Nodes by how it went on them; nothing while it runs. */
  counts: Readonly<Record<string, number>>;
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
  /** Every version it has had, the first one first. */
  readonly versions: { readonly content: AssociationContent; readonly createdAt: Date }[];
}
