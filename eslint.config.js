import prettier from "eslint-config-prettier";
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
];

const stringifyInComponents = {
  selector: "CallExpression[callee.object.name='JSON'][callee.property.name='stringify']",
  message: "JSON.stringify around an Input prints the Output object; use pulumi.jsonStringify",
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

/** Imports point one way: domain <- config, fleet <- components <- program <- index; see docs/adr/0002-layout.md. */
const direction = (folders, message) => ({
  patterns: [{ group: folders.flatMap((folder) => [`**/${folder}/**`, `./${folder}/**`]), message }],
});

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
    files: ["domain/**/*.ts"],
    rules: {
      "no-restricted-syntax": ["error", ...pulumiFaults, ...clock],
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { group: ["../*", "!./*"], message: "domain imports nothing of the project but itself" },
            { group: ["@pulumi/*", "@aws-sdk/*", "@azure/*", "node:*", "!node:crypto"], message: "domain is pure" },
          ],
        },
      ],
    },
  },
  {
    files: ["domain/*/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { group: ["../../*"], message: "domain imports nothing of the project but itself" },
            { group: ["@pulumi/*", "@aws-sdk/*", "@azure/*", "node:*", "!node:crypto"], message: "domain is pure" },
          ],
        },
      ],
    },
  },
  {
    files: ["config/**/*.ts", "fleet/**/*.ts"],
    rules: {
      "no-restricted-syntax": ["error", ...pulumiFaults, ...clock],
      "no-restricted-imports": [
        "error",
        direction(
          ["components", "operations", "render", "scripts", "simulator", "tests", "engine", "demo", "bench"],
          "config and fleet import domain only",
        ),
      ],
    },
  },
  {
    files: ["components/**/*.ts"],
    rules: {
      "no-restricted-syntax": ["error", ...pulumiFaults, stringifyInComponents, ...clock],
      "no-restricted-imports": [
        "error",
        direction(
          ["operations", "render", "scripts", "simulator", "tests", "engine", "demo", "bench"],
          "components import domain, config's types and fleet only",
        ),
      ],
    },
  },
  {
    files: ["index.ts", "program.ts", "providers.ts"],
    rules: {
      "no-restricted-syntax": ["error", ...pulumiFaults, stringifyInComponents, ...clock],
      "no-restricted-imports": [
        "error",
        direction(
          ["operations", "render", "scripts", "simulator", "tests", "engine", "demo", "bench"],
          "the program stands alone",
        ),
      ],
    },
  },
  {
    files: ["policy/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { group: ["../*"], message: "policy judges plain data, and imports nothing of the project but itself" },
            { group: ["@pulumi/*", "@aws-sdk/*", "@azure/*", "node:*"], message: "policy is pure" },
          ],
        },
      ],
    },
  },
  {
    files: ["scripts/**/*.ts", "engine/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        direction(["simulator", "tests", "bench"], "nothing imports the simulator but tests, bench and demo"),
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
