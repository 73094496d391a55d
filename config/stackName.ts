/** Name of an environment's stack file, in the project's root. */
export function stackFileName(environment: string): string {
  return `Pulumi.${environment}.yaml`;
}
