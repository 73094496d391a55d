import type { SimulatedCloud } from "../../state/cloud.ts";
import { fieldsIn, recordAt, textIn, type Fields, type Place } from "../records.ts";
import { AthenaFailure } from "./failure.ts";

/** A column that is a level of the path: its values, or none where a query has to name them. */
export interface ProjectedKey {
  readonly name: string;
  readonly values: readonly string[] | undefined;
}

/** A table of the catalogue, of JSON lines and with projected partitions, which is what there is here. */
export interface CatalogTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly keys: readonly ProjectedKey[];
  /** Path of a partition, with `${column}` for each key. */
  readonly template: string;
}

const jsonSerDe = "org.openx.data.jsonserde.JsonSerDe";

function unsupported(table: string, what: string): AthenaFailure {
  return new AthenaFailure(`NOT_SUPPORTED: table ${table}: the embedded Athena does not have ${what}`);
}

function columnsIn(fields: Fields, name: string, table: string): readonly string[] {
  const list = fields[name];
  if (!Array.isArray(list)) return [];
  return (list as readonly Fields[]).map((column) => {
    if (textIn(column, "type") !== "string") throw unsupported(table, `columns of type ${textIn(column, "type")}`);
    return textIn(column, "name");
  });
}

function projected(parameters: Fields, name: string, table: string): ProjectedKey {
  switch (textIn(parameters, `projection.${name}.type`)) {
    case "injected":
      return { name, values: undefined };
    case "enum":
      return { name, values: textIn(parameters, `projection.${name}.values`).split(",") };
    default:
      throw unsupported(table, `partitions by ${name} without the projection of an enum or injected values`);
  }
}

/** A table as Glue's catalogue has it. @throws AthenaFailure in Athena's words, or where it is of a kind that is not covered */
export function catalogTable(cloud: SimulatedCloud, place: Place, database: string, name: string): CatalogTable {
  const { accountId } = place;
  if (recordAt(cloud, place, "glue-database", `${accountId}:${database}`) === undefined)
    throw new AthenaFailure(`SCHEMA_NOT_FOUND: Schema '${database}' does not exist`);
  const record = recordAt(cloud, place, "glue-table", `${accountId}:${database}:${name}`);
  if (record === undefined)
    throw new AthenaFailure(`TABLE_NOT_FOUND: Table 'awsdatacatalog.${database}.${name}' does not exist`);
  const parameters = fieldsIn(record, "parameters");
  const storage = fieldsIn(record, "storageDescriptor");
  const serDe = fieldsIn(storage, "serDeInfo");
  if (textIn(serDe, "serializationLibrary") !== jsonSerDe) throw unsupported(name, "another SerDe than JSON");
  if (textIn(parameters, "projection.enabled") !== "true") throw unsupported(name, "partitions that are registered");
  return {
    name,
    columns: columnsIn(storage, "columns", name),
    keys: columnsIn(record, "partitionKeys", name).map((key) => projected(parameters, key, name)),
    template: textIn(parameters, "storage.location.template"),
  };
}
