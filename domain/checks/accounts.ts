import { finding } from "./checkTable.ts";
import type { Finding } from "../fault.ts";
import type { Plane } from "../plane.ts";

/** One account of the organisation, as its list says. */
export interface Account {
  /** Twelve digits. */
  readonly accountId: string;
  readonly name: string;
  /** Regions in which servers of the account have to be patched. */
  readonly regions: readonly string[];
  /** Whether the bootstrap is deployed there. */
  readonly bootstrapped: boolean;
  /** Why the account needs neither bootstrap nor location; for one that needs them it is left out. */
  readonly exempt?: string;
  /** 1-based line of the list. */
  readonly line: number;
}

function accountFinding(
  id: "account-without-bootstrap" | "account-without-location" | "account-unknown",
  { accountId, line }: Pick<Account, "accountId" | "line">,
  more: Pick<Finding, "message" | "fix"> & { readonly value?: unknown },
): Finding {
  return finding(id, { line, path: `accounts.${accountId}`, ...more });
}

/** Where every stack together patches: Regions by account. */
function placesOf(planes: readonly Plane[]): ReadonlyMap<string, ReadonlySet<string>> {
  const places = new Map<string, Set<string>>();
  for (const { accountId, region } of planes.flatMap(({ locations }) => Object.values(locations))) {
    places.set(accountId, (places.get(accountId) ?? new Set()).add(region));
  }
  return places;
}

function accountFindings(account: Account, regions: ReadonlySet<string>): readonly Finding[] {
  if (account.exempt !== undefined) return [];
  const missing = account.regions.filter((region) => !regions.has(region));
  const label = `${account.name} (${account.accountId})`;
  return [
    ...(account.bootstrapped
      ? []
      : [
          accountFinding("account-without-bootstrap", account, {
            message: `${label} has no bootstrap: nothing can be deployed there`,
            fix: "deploy bootstrap/aws-account.yaml there, or write why it is exempt",
          }),
        ]),
    ...(missing.length === 0
      ? []
      : [
          accountFinding("account-without-location", account, {
            message: `no stack has a location of ${label} in these Regions: servers there are patched by nobody`,
            value: missing,
            fix: "add the location to a stack file, or write why the account is exempt",
          }),
        ]),
  ];
}

/**
 * Which accounts of the organisation lack the bootstrap or a location, and which locations are in accounts that the
 * list does not know. Every stack's plane has to be given: an account may be another environment's.
 * @param file - the list's
 */
export function accountsFindings(
  planes: readonly Plane[],
  accounts: readonly Account[],
  file: string,
): readonly Finding[] {
  const places = placesOf(planes);
  const known = new Set(accounts.map(({ accountId }) => accountId));
  const unknown = [...places.keys()].filter((accountId) => !known.has(accountId)).sort();
  const findings = [
    ...accounts.flatMap((account) => accountFindings(account, places.get(account.accountId) ?? new Set())),
    ...unknown.map((accountId) =>
      accountFinding(
        "account-unknown",
        { accountId, line: 1 },
        {
          message: "a location is in an account that the list does not have",
          value: accountId,
          fix: "add the account to the list",
        },
      ),
    ),
  ];
  return findings.map((each) => ({ ...each, file }));
}

/**
 * Those of the organisation's findings that a review of one stack should show: accounts that this stack is in, and
 * Regions of accounts that no stack patches, which may be this stack's to take.
 */
export function findingsOfStack(plane: Plane, findings: readonly Finding[]): readonly Finding[] {
  const own = new Set(Object.values(plane.locations).map(({ accountId }) => `accounts.${accountId}`));
  return findings.filter(({ id, path }) => id === "account-without-location" || own.has(path));
}
