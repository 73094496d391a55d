import { productName } from "./awsNames.ts";

/** Longest name that AWS takes for a session. */
const longest = 64;

/** What stands in a caller's ARN for the person: a user's name without its path, or the name of a role's session. */
function personOf(arn: string): string {
  return arn.split(":").slice(5).join(":").split("/").at(-1) ?? "";
}

/**
 * Name of the session in which a role is taken, so that CloudTrail of the role's account says by whom: `patchplane-` and
 * the caller's own name, `patchplane` where that is not known. What AWS does not take becomes a hyphen; a name that says
 * already that it is this product's stays as it is.
 * @param arn - the caller's, as STS tells it; null where it does not
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function sessionNameOf(arn: string | null): string {
  const person = personOf(arn ?? "").replace(/[^\w+=,.@-]/g, "-");
  if (person === "") return productName;
  return (person.startsWith(`${productName}-`) ? person : `${productName}-${person}`).slice(0, longest);
}
