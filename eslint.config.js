import prettier from "eslint-config-prettier";
import importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/** Pulumi faults that no plugin finds. */
const pulumiFaults = [
  {
    selector:
      "CallExpression[callee.property.name='apply'] NewExpression[callee.name=/^[A-Z]/]:not([callee.name='Error']):not([callee.name='Map']):not([callee.name='Set']):not([callee.name='Date'])",
    message: "a resource made inside apply is absent from the preview; make it outside and pass Outputs in",
  },
  {
    selector: "ExpressionStatement > CallExpression[callee.property.name='apply']",
    message: "a floating apply hides its failure; use its result",
  },
  {
    selector:
      "CallExpression[callee.property.name=/^(get|require)(Number|Boolean|Object|Secret)*$/][callee.object.name=/^config$/i]",
    message: "only config/load.ts reads the stack's configuration",
  },
  {
    selector:
      "Identifier[name=/^register\\w*Transform(ation)?$/], Property > Identifier.key[name=/^transform(ation)?s$/], Property > Literal.key[value=/^transform(ation)?s$/]",
    message: "a transform makes something else of what is registered: say it where the resource is made",
  },
];

const stringifyInComponents = {
  selector: "CallExpression[callee.object.name='JSON'][callee.property.name='stringify']",
  message: "JSON.stringify around an Input prints the Output object; use pulumi.jsonStringify",
};

/** Texts of others could act on a terminal or command a workflow: scripts/cli/output.ts sees to it. */
const writesPastOutput = {
  selector: "CallExpression[callee.property.name='write'][callee.object.property.name=/^std(out|err)$/]",
  message: "a command speaks through scripts/cli/output.ts alone",
};

/** A preview of an unchanged commit must be empty, whenever it is made. */
const clock = [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: "no clock here: pass the time in" },
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: "no clock here: pass the time in",
  },
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    message: "no chance here: pass a seed in",
  },
];

const program = ["index.ts", "program.ts", "providers.ts"];
const domainHeads = ["baseline", "fault", "nearest", "plane", "server", "text", "time", "values", "window"].map(
  (name) => `domain/${name}.ts`,
);
const domainOrder = [
  "schedule",
  "fleet",
  "stack",
  "checks",
  "onboarding",
  "collection",
  "packages",
  "advisories",
  "report",
  "status",
  "drift",
  "runs",
  "approvals",
  "doctor",
].map((room) => `domain/${room}`);
/** Nothing of domain follows after these, and they do not know each other. */
const domainEnds = ["domain/discover", "domain/plan", "domain/explain", "domain/pullRequest", "domain/rehearsal"];
const product = ["domain", "config", "fleet", "components", "operations", "render", "scripts", "functions", ...program];

/**
 * The rooms of the project and, of each, what it may import besides itself: docs/adr/0002-layout-and-direction.md. A room within
 * another keeps to both entries.
 */
const rooms = {
  "domain/*.ts": domainHeads,
  ...Object.fromEntries(domainOrder.map((room, index) => [room, [...domainHeads, ...domainOrder.slice(0, index)]])),
  ...Object.fromEntries(domainEnds.map((room) => [room, [...domainHeads, ...domainOrder]])),
  config: ["domain", "fleet"],
  "config/schema": ["domain", "config/yaml"],
  "config/yaml": domainHeads,
  fleet: ["domain"],
  components: ["domain"],
  "components/aws": ["domain", "components/resolution.ts"],
  "components/azure": ["domain", "components/resolution.ts"],
  "providers.ts": ["domain"],
  "program.ts": ["domain", "config", "components", "providers.ts"],
  "index.ts": ["config", "program.ts", "providers.ts"],
  operations: ["domain", "config", "fleet"],
  "operations/git": ["domain", "config"],
  "operations/github": ["domain"],
  render: ["domain"],
  functions: ["domain", "operations", "render"],
  scripts: ["domain", "config", "fleet", "operations", "render", "rehearsal", "engine", "package.json"],
  "scripts/cli": ["domain", "config", "operations", "render"],
  "scripts/commands": [
    "domain",
    "config",
    "fleet",
    "operations",
    "render",
    "rehearsal",
    "scripts/cli",
    "engine/userCache.ts",
  ],
  "scripts/dev": ["domain", "config", "fleet", "render", "engine", "scripts/cli"],
  engine: ["domain", "config", "program.ts", "providers.ts"],
  policy: [],
  // Types alone: a mistake of the product must not hide in the cloud that it is tested on.
  simulator: ["domain", "config", "fleet"],
  rehearsal: [
    "domain",
    "config",
    "fleet",
    "operations",
    "program.ts",
    "providers.ts",
    "simulator/index.ts",
    "simulator/plugins",
  ],
  demo: ["domain", "config", "fleet", "operations", "render", "rehearsal", "engine", "simulator/index.ts"],
  bench: [...product, "engine", "rehearsal", "simulator/index.ts"],
  tests: [...product, "engine", "policy", "bootstrap", "rehearsal", "demo", "bench", "simulator", "package.json"],
};

/** Only the simulator's own tests go further into it than its door and the stand-in providers, which it would load for everybody. */
const door = {
  target: ["tests/*.ts", "tests/!(simulator)/**"],
  from: "simulator",
  except: ["index.ts"],
  message: "simulator/index.ts is its only door",
};

const zones = Object.entries(rooms).map(([room, allowed]) => ({
  target: room,
  from: ".",
  except: ["node_modules", ...(room.includes("*") ? [] : [room]), ...allowed],
  message: `${room} may import ${allowed.join(", ") || "nothing of the project"} and itself`,
}));

/** Folders whose every import a preview runs, or that have to answer alike whenever they are asked. */
const timeless = ["domain/**/*.ts", "render/**/*.ts", "config/**/*.ts", "fleet/**/*.ts"];
const registering = ["components/**/*.ts", ...program];
const packages = (...group) => [
  "error",
  { patterns: [{ group, message: "pure: no cloud, no Pulumi, no input and output" }] },
];
const clouds = ["@pulumi/*", "@aws-sdk/*", "@azure/*", "node:*"];

export default tseslint.config(
  { ignores: ["node_modules/", "coverage/", ".patchplane/", "engine/*.go"] },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ["**/*.ts"] })),
  {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // Leaving a property out of a copy is what rest siblings are for.
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "no-restricted-syntax": ["error", ...pulumiFaults],
    },
  },
  {
    files: ["**/*.ts"],
    plugins: { "import-x": importX },
    rules: { "import-x/no-restricted-paths": ["error", { basePath: import.meta.dirname, zones: [...zones, door] }] },
  },
  {
    files: timeless,
    // Runs in a browser, where a page tells how old it is.
    ignores: ["render/report/page/client/*.ts"],
    rules: { "no-restricted-syntax": ["error", ...pulumiFaults, ...clock] },
  },
  {
    files: registering,
    rules: { "no-restricted-syntax": ["error", ...pulumiFaults, stringifyInComponents, ...clock] },
  },
  {
    files: ["scripts/commands/**/*.ts", "scripts/cli/**/*.ts"],
    ignores: ["scripts/cli/output.ts", "scripts/cli/complete.ts"],
    rules: { "no-restricted-syntax": ["error", ...pulumiFaults, writesPastOutput] },
  },
  {
    files: ["domain/**/*.ts", "render/**/*.ts"],
    rules: { "no-restricted-imports": packages(...clouds, "!node:crypto") },
  },
  // What is packed has to be unpacked to be read, and a page's rows to be packed.
  {
    files: ["policy/**/*.ts", "render/report/page/pack.ts"],
    rules: { "no-restricted-imports": packages(...clouds, "!node:zlib", "!node:crypto") },
  },
  {
    files: ["simulator/**/*.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: product.map((room) => (room.endsWith(".ts") ? `../**/${room}` : `../**/${room}/**`)),
              allowTypeImports: true,
              message: "the simulator takes only types from the product",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["tests/**/*.ts"],
    rules: {
      // chai's assertions are property reads.
      "@typescript-eslint/no-unused-expressions": "off",
    },
  },
  prettier,
);
