/** What a snapshot is made of. */
export const advisoryKinds = ["ubuntu", "amazon-linux", "kev"] as const;

/** One of {@link advisoryKinds}. */
export type AdvisoryKind = (typeof advisoryKinds)[number];

/** What came of one source. */
export interface SourceResult {
  readonly kind: AdvisoryKind;
  /** A path or an address. */
  readonly source: string;
  readonly records: number;
  /** Records that were of use. */
  readonly used: number;
  /** Records that are of no use here, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** Records that have another shape than known, by name. */
  readonly faults: readonly { readonly record: string; readonly message: string }[];
  /** Why it could not be read; then nothing of its kind has changed. */
  readonly failure?: string;
}

/** What an update of the snapshot came to. */
export interface AdvisoriesUpdate {
  /** Where the snapshot is. */
  readonly file: string;
  readonly sources: readonly SourceResult[];
  /** Lines of the snapshot by operating system, and when the oldest of them was read; none where there are none. */
  readonly lines: readonly { readonly family: string; readonly lines: number; readonly retrieved: string }[];
  /** Packages that the newest collection knows, and that advisories were kept of; left out where all were kept. */
  readonly packages?: number;
}
