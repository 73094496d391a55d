import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { expect } from "chai";

interface Template {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly resources: readonly {
    readonly type: string;
    readonly name: string;
    readonly dependsOn?: readonly string[];
    readonly properties: {
      readonly roleName?: string;
      readonly permissions?: readonly { readonly actions: readonly string[] }[];
      readonly assignableScopes?: readonly string[];
      readonly principalId?: string;
      readonly roleDefinitionId?: string;
    };
  }[];
}

const file = join(import.meta.dirname, "..", "..", "bootstrap", "azure-subscription.json");
const text = readFileSync(file, "utf8");
const template = JSON.parse(text) as Template;

function role(kind: string): Template["resources"][number] {
  const found = template.resources.find(({ properties }) => properties.roleName?.includes(`'-${kind}-'`));
  if (found === undefined) throw new Error(`no role ${kind}`);
  return found;
}

const actionsOf = (kind: string): readonly string[] =>
  role(kind).properties.permissions?.flatMap(({ actions }) => actions) ?? [];
const compute = "Microsoft.Compute/virtualMachines";
const reading = [
  `${compute}/read`,
  `${compute}/instanceView/read`,
  `${compute}/extensions/read`,
  `${compute}/runCommands/read`,
];

/** Names of the custom roles as Azure Resource Manager fills them in for a subscription. */
function roleNames(subscriptionId: string, environment = "prod"): readonly string[] {
  const functions = {
    concat: (...parts: readonly string[]) => parts.join(""),
    parameters: (name: string) => ({ environment })[name],
    subscription: () => ({ subscriptionId }),
  };
  return template.resources.flatMap(({ properties: { roleName } }) =>
    roleName === undefined ? [] : [String(runInNewContext(roleName.slice(1, -1), functions))],
  );
}

describe("the bootstrap of an Azure subscription", () => {
  it("gives each subscription and environment role names of its own: a tenant takes none twice", () => {
    const names = [
      ...roleNames("00000000-0000-4000-8000-00000000000a"),
      ...roleNames("00000000-0000-4000-8000-00000000000d"),
      ...roleNames("00000000-0000-4000-8000-00000000000d", "nonprod"),
    ];
    expect(names).to.have.lengthOf(6);
    expect(new Set(names).size).to.equal(names.length);
    expect(names[0]).to.equal("patchplane-prod-deploy-00000000-0000-4000-8000-00000000000a");
  });

  it("lets the reading role read VMs and what onboards them, also by Resource Graph, and nothing else", () => {
    expect(actionsOf("preview")).to.deep.equal([...reading, "Microsoft.ResourceGraph/resources/read"]);
  });

  it("lets the deploying role besides write and remove extensions and run commands, and touch no VM", () => {
    expect(actionsOf("deploy")).to.deep.equal([
      ...reading,
      "Microsoft.Compute/locations/operations/read",
      `${compute}/extensions/write`,
      `${compute}/extensions/delete`,
      `${compute}/runCommands/write`,
      `${compute}/runCommands/delete`,
    ]);
  });

  it("assigns each role to its own identity, in this subscription only, and no built-in role", () => {
    const assignments = template.resources.filter(({ type }) => type.endsWith("/roleAssignments"));
    expect(assignments).to.have.lengthOf(2);
    for (const kind of ["deploy", "preview"]) {
      const definition = role(kind);
      const id = `[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', ${definition.name.slice(1, -1)})]`;
      const assignment = assignments.find(({ properties }) => properties.roleDefinitionId === id);
      expect(assignment?.properties.principalId).to.equal(`[parameters('${kind}PrincipalId')]`);
      expect(assignment?.dependsOn).to.deep.equal([id]);
      expect(definition.properties.assignableScopes).to.deep.equal(["[subscription().id]"]);
    }
    expect(text).not.to.match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/);
  });

  it("uses no wildcard", () => {
    for (const action of [...actionsOf("deploy"), ...actionsOf("preview")]) expect(action).not.to.contain("*");
  });
});
