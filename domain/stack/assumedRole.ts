/**
 * Environment variable that names a role to assume in every account in place of the one in the stack file: a preview
 * or a look at the clouds then has reading rights only.
 */
export const roleNameVariable = "PATCHPLANE_ROLE_NAME";

/**
 * ARN of the role to assume in a location's account; undefined where the stack file names none.
 * @param roleArn - the stack file's: the one that deploys
 * @param roleName - name, with its path if it has one, of the role to take its place; empty for none
 */
export function assumedRole(roleArn: string | undefined, roleName: string | undefined): string | undefined {
  if (roleArn === undefined || roleName === undefined || roleName === "") return roleArn;
  return roleArn.replace(/:role\/.*$/, `:role/${roleName}`);
}
