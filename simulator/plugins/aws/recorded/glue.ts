import { requiredText } from "../../fields.ts";
import { flag, integer, list, map, object, optional, output, required, text, uncovered } from "../../schema.ts";
import { length, notEmpty, pattern } from "../../textChecks.ts";
import { regional, tagged, type ResourceType } from "../resourceType.ts";
import { recorded } from "./recorded.ts";

const lowerCase = text(length(1, 255), pattern(/^[^A-Z]*$/, "no letter in upper case"));

const column = object({
  comment: optional(text(length(0, 255))),
  name: required(text(length(1, 255))),
  parameters: optional(map()),
  type: optional(text(length(0, 131_072))),
});

/** `aws:glue/catalogDatabase:CatalogDatabase`. https://docs.aws.amazon.com/glue/latest/webapi/API_CreateDatabase.html */
export const catalogDatabase: ResourceType = recorded({
  record: "glue-database",
  properties: {
    ...regional,
    ...tagged,
    ...uncovered("createTableDefaultPermissions", "federatedDatabase", "targetDatabase"),
    arn: output(),
    catalogId: optional(text(), { forceNew: true, computed: true }),
    description: optional(text(length(0, 2048))),
    locationUri: optional(text(), { computed: true }),
    name: required(lowerCase, { forceNew: true }),
    parameters: optional(map()),
  },
  nameProperty: "name",
  id: (session, inputs) => `${session.accountId}:${requiredText(inputs, "name")}`,
  outputs: (session, _id, inputs) => ({
    arn: session.arn("glue", `database/${requiredText(inputs, "name")}`),
    catalogId: session.accountId,
    locationUri: "",
  }),
  taken: () => "AlreadyExistsException: Database already exists.",
});

const storage = object({
  ...uncovered("additionalLocations", "bucketColumns", "schemaReference", "skewedInfo", "sortColumns"),
  columns: optional(list(column), { computed: true }),
  compressed: optional(flag),
  inputFormat: optional(text()),
  location: optional(text()),
  numberOfBuckets: optional(integer()),
  outputFormat: optional(text()),
  parameters: optional(map()),
  serDeInfo: optional(
    object({
      name: optional(text(length(1, 255))),
      parameters: optional(map()),
      serializationLibrary: optional(text(notEmpty)),
    }),
  ),
  storedAsSubDirectories: optional(flag),
});

/**
 * `aws:glue/catalogTable:CatalogTable` of files.
 * https://docs.aws.amazon.com/glue/latest/webapi/API_CreateTable.html
 */
export const catalogTable: ResourceType = recorded({
  record: "glue-table",
  properties: {
    ...regional,
    ...uncovered("openTableFormatInput", "partitionIndices", "targetTable", "viewDefinition"),
    ...uncovered("viewExpandedText", "viewOriginalText"),
    arn: output(),
    catalogId: optional(text(), { forceNew: true, computed: true }),
    databaseName: required(text(notEmpty), { forceNew: true }),
    description: optional(text(length(0, 2048))),
    name: required(lowerCase, { forceNew: true }),
    owner: optional(text()),
    parameters: optional(map(), { computed: true }),
    partitionKeys: optional(list(column)),
    retention: optional(integer(0)),
    storageDescriptor: optional(storage, { computed: true }),
    tableType: optional(text(), { computed: true }),
  },
  nameProperty: "name",
  id: (session, inputs) =>
    `${session.accountId}:${requiredText(inputs, "databaseName")}:${requiredText(inputs, "name")}`,
  outputs: (session, _id, inputs) => ({
    arn: session.arn("glue", `table/${requiredText(inputs, "databaseName")}/${requiredText(inputs, "name")}`),
    catalogId: session.accountId,
  }),
  parent: (session, inputs) => {
    const database = requiredText(inputs, "databaseName");
    const missing = `EntityNotFoundException: Database ${database} not found.`;
    return { type: "glue-database", id: `${session.accountId}:${database}`, missing };
  },
  taken: () => "AlreadyExistsException: Table already exists.",
});
