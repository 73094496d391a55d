import type { DocumentFormat, DocumentParameter } from "@aws-sdk/client-ssm";

/** One plugin step of a Command document (schema 2.2). */
export interface DocumentStep {
  readonly action: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Whether a failure of the step ends the document; otherwise the next step runs all the same. */
  readonly exitOnFailure: boolean;
  /** Whether the step runs after an earlier one has ended the document; the agent heeds it in the last step only. */
  readonly finallyStep: boolean;
  /** Platforms named in a `precondition`; undefined when it runs everywhere. */
  readonly platform: string | undefined;
  /** True for the steps of AWS-RunPatchBaseline, whose script the embedded cloud does itself. */
  readonly patches?: boolean;
  /** Of a script of AWS-RunPatchBaselineWithHooks that looks what is left to do, which the embedded cloud does itself. */
  readonly gate?: "install" | "reboot";
}

/** A parsed Command document. */
export interface CommandDocument {
  readonly schemaVersion: string;
  readonly description: string | undefined;
  readonly parameters: readonly DocumentParameter[];
  /** Values that a parameter may have, where the document lists them. */
  readonly allowedValues: ReadonlyMap<string, readonly string[]>;
  /** What a parameter's values must match, where the document says so. */
  readonly allowedPatterns: ReadonlyMap<string, RegExp>;
  readonly steps: readonly DocumentStep[];
}

/** One version of a document's content. */
export interface DocumentVersion {
  readonly number: number;
  readonly versionName: string | undefined;
  readonly content: string;
  readonly format: DocumentFormat;
  readonly parsed: CommandDocument;
  readonly createdAt: Date;
}

/** A Command document. */
export interface DocumentRecord {
  readonly name: string;
  readonly displayName: string | undefined;
  readonly owner: string;
  readonly targetType: string | undefined;
  readonly versions: readonly DocumentVersion[];
  readonly defaultVersion: number;
}
