/** A query that ends as failed, or cancelled, with Athena's reason. */
export class AthenaFailure extends Error {
  readonly state: "FAILED" | "CANCELLED";

  constructor(reason: string, state: "FAILED" | "CANCELLED" = "FAILED") {
    super(reason);
    this.name = "AthenaFailure";
    this.state = state;
  }
}
