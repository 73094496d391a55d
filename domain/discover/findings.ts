/** What a discovery finds amiss, by id: what it is in a few words, and what to do about it. */
export const discoverFindings = {
  "mass-loss": {
    what: "so many servers gone that their rows stay",
    todo: "see that account, Region and rights are right; to take the rows out all the same: --accept-loss <site>",
  },
  "patch-group-missing": {
    what: "no PatchGroup tag",
    todo: "tag it PatchGroup=<group of the stack file>, and discover again",
  },
  "patch-group-unknown": {
    what: "a PatchGroup that the stack file does not have",
    todo: "correct the tag, or add the group to the stack file (patchedElsewhere where others patch it)",
  },
  "patch-group-spelling": {
    what: "the PatchGroup tag in another spelling",
    todo: "tag it PatchGroup, written so: windows go by that key alone",
  },
  "patch-group-differs": {
    what: "another PatchGroup than its row has",
    todo: "windows go by the tag: correct the tag (npx patchplane tags) or the row",
  },
  "os-unknown": {
    what: "a system that nothing tells: no row is made",
    todo: "get its agent running and discover again, or write its row by hand",
  },
  "os-unsupported": {
    what: "a system that is not patched here: no row is made",
    todo: "upgrade it, or patch it by other means",
  },
  "arch-unknown": {
    what: "an architecture that no row can name: no row is made",
    todo: "patch it by other means, or write its row by hand",
  },
  "row-refused": {
    what: "a row that would be refused: it is not made",
    todo: "correct what the row is made of, or write it by hand",
  },
  "vendor-support": {
    what: "vendor support that ends or has ended",
    todo: "move the servers to a newer release; npx patchplane plan names them",
  },
  "agent-missing": {
    what: "running, and no managed node",
    todo: "install the SSM Agent, give it an instance profile (docs/getting-started.md) and a way to AWS",
  },
  "agent-silent": { what: "running, and its node is silent", todo: "see to the SSM Agent's service and log on it" },
  "agent-old": {
    what: "an SSM Agent that is too old",
    todo: "update it: the stack's own association does, once it runs",
  },
  "custom-script-taken": {
    what: "the slot for CustomScript is taken: new rows say runCommand",
    todo: "keep onboarding_method runCommand, or remove the extension named",
  },
  "extension-failed": {
    what: "an extension of somebody else has failed, and Azure may install no other beside it",
    todo: "mend or remove that extension before onboarding, which goes through one",
  },
  "extensions-refused": {
    what: "a VM that takes no extensions (osProfile.allowExtensionOperations is false)",
    todo: "az vm update --set osProfile.allowExtensionOperations=true before onboarding, which goes through one",
  },
  "guest-agent-not-ready": {
    what: "an Azure guest agent that is not ready",
    todo: "mend it before onboarding: extensions and run commands go through it",
  },
  "azure-patches": {
    what: "Azure patches it too",
    todo: "set patchMode ImageDefault (Linux) or Manual (Windows), enableAutomaticUpdates false",
  },
  "patches-itself": {
    what: "a package is installed that patches the server by itself",
    todo: "disable or remove it: what it installs, no window knows of",
  },
  "name-twice": { what: "a name that several servers have", todo: "tell them apart: reports and mails use names" },
  "vm-id": { what: "a vm_id that is not Azure's", todo: "correct the row" },
  "not-in-resource-graph": {
    what: "missing in Resource Graph, and Azure Compute has it: the row stays",
    todo: "discover again in some minutes; if it stays, see that the reading role covers the whole subscription",
  },
  "node-without-vm": {
    what: "a hybrid node without a VM",
    todo: "npx patchplane offboard",
  },
  "vm-with-two-nodes": {
    what: "a VM with several nodes",
    todo: "npx patchplane offboard",
  },
  "scaling-group-size": {
    what: "an Auto Scaling group of another size than its row",
    todo: "windows are planned by the row: --sizes takes over what runs now",
  },
  "scaling-group-empty": {
    what: "an Auto Scaling group without an instance: the row stays",
    todo: "take the row out by hand if the group is gone",
  },
  "scaling-group-member": {
    what: "a row of its own for an instance of an Auto Scaling group",
    todo: "take it out and discover again: the group is one row, and its instances come and go",
  },
} as const;

/** Id of a finding. */
export type DiscoverFindingId = keyof typeof discoverFindings;

/** One thing that is amiss. */
export interface DiscoverFinding {
  readonly id: DiscoverFindingId;
  /** Name of the location or subscription; left out of what is about several. */
  readonly site?: string;
  /** Id of its row; left out where it is about no one server. */
  readonly server?: string;
  /** The server's name, or the node's id. */
  readonly name: string;
  /** What was seen; empty where the id says all. */
  readonly detail: string;
  /** What to do about this one, in place of what the id says. */
  readonly todo?: string;
}
