import { hiddenTextFault, type Fault } from "../domain/fault.ts";
import { isMapping } from "../domain/values.ts";
import { pathText, type Path } from "./yaml/path.ts";

/** A fault for every key and every text of a document that holds such characters, at its path. */
export function hiddenTextFaults(value: unknown, path: Path = []): readonly Fault[] {
  if (typeof value === "string") {
    const fault = hiddenTextFault(value);
    return fault === undefined ? [] : [{ path: pathText(path), ...fault }];
  }
  if (Array.isArray(value)) return value.flatMap((entry, index) => hiddenTextFaults(entry, [...path, index]));
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = [...path, key];
    const fault = hiddenTextFault(key, { oneLine: true });
    // A key's fault has no value, so that it points at the key.
    const own =
      fault === undefined ? [] : [{ path: pathText(at), message: `the key ${fault.message}`, fix: fault.fix ?? "" }];
    return [...own, ...hiddenTextFaults(inner, at)];
  });
}
