/** One plan of a change to a large fleet. */
export interface PlanTask {
  /** Folders of the two versions. */
  readonly before: string;
  readonly after: string;
  /** ISO 8601. */
  readonly asOf: string;
  /** Servers that the change must be seen to touch. */
  readonly changed: number;
}
