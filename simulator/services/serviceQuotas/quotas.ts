/** One quota of Systems Manager as Service Quotas shows it. */
export interface Quota {
  readonly code: string;
  readonly name: string;
  /** What the embedded cloud grants, and refuses to exceed: AWS's default. */
  readonly value: number;
}

/**
 * The quotas of Systems Manager that the embedded cloud holds anybody to. Values are those of
 * https://docs.aws.amazon.com/general/latest/gr/ssm.html; codes and names are from one public monitor of quotas, which
 * no page of AWS lists (UNCONFIRMED).
 */
export const ssmQuotas = {
  windows: { code: "L-7727CE5B", name: "Maintenance Windows", value: 50 },
  tasksPerWindow: { code: "L-3D9CCA6E", name: "Tasks per Maintenance Window", value: 20 },
  targetsPerWindow: { code: "L-B1A84B8B", name: "Targets per Maintenance Window", value: 100 },
  baselines: { code: "L-218CDBD4", name: "Patch baselines", value: 50 },
  groupsPerBaseline: { code: "L-F4012070", name: "Patch groups per patch baseline", value: 25 },
  associations: { code: "L-01B74EDA", name: "Concurrent State Manager associations per region", value: 2000 },
} as const satisfies Readonly<Record<string, Quota>>;
