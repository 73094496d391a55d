/** A role whose rights the embedded cloud enforces; every other caller may do everything. */
export interface KnownRole {
  readonly arn: string;
  /** JSON texts of the policies attached to it. */
  readonly policies: readonly string[];
  /** JSON text of its permissions boundary. */
  readonly boundary?: string;
}

/** Who called with the keys of a session. */
export interface RoleSession {
  readonly role: KnownRole;
  readonly name: string;
}

/** Whose rights are enforced. */
export interface IdentityState {
  /** By ARN. */
  readonly roles: ReadonlyMap<string, KnownRole>;
  /** Sessions of known roles, by access key id. */
  readonly sessions: Map<string, RoleSession>;
  /** ARN of every session, of a known role or not, by access key id. */
  readonly sessionArns: Map<string, string>;
  /** When what is kept as a record was made, by the record's key: a KMS key's tags count for access only after a while. */
  readonly recordsMadeAt: Map<string, Date>;
}
