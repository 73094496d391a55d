/** One thing that truly happened, whatever the APIs say about it. */
export type JournalEntry =
  | {
      readonly kind: "onboarding";
      readonly at: Date;
      /** ARM id of the VM. */
      readonly machine: string;
      readonly result: "registered" | "alreadyRegistered" | "failed";
      readonly exitCode: number;
      readonly nodeId: string | null;
    }
  | {
      readonly kind: "windowRun";
      readonly at: Date;
      readonly accountId: string;
      readonly region: string;
      readonly windowId: string;
      readonly windowName: string;
      readonly executionId: string;
      readonly status: string;
      readonly nodes: number;
    }
  | {
      readonly kind: "patched";
      readonly at: Date;
      readonly accountId: string;
      readonly region: string;
      readonly nodeId: string;
      readonly machine: string;
      readonly commandId: string;
      /** Execution of the window that ran it; absent outside windows. */
      readonly windowExecutionId?: string;
      readonly outcome: "patched" | "nothingToDo" | "failed" | "missed";
      readonly detail: string;
      /** Packages as they were and as they are. */
      readonly packages: readonly { readonly name: string; readonly from: string; readonly to: string }[];
      readonly rebooted: boolean;
    };

/** The truth, in the order in which it happened. */
export interface Journal {
  readonly entries: readonly JournalEntry[];
  add(entry: JournalEntry): void;
}

/** An empty journal. */
export function createJournal(): Journal {
  const entries: JournalEntry[] = [];
  return {
    entries,
    add: (entry) => {
      entries.push(entry);
    },
  };
}
