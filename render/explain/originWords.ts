import type { Origin, SettingOrigin } from "../../domain/explain/origins.ts";
import { words, type Words } from "../document.ts";

/** `fleet/prod.csv:12` */
export function place({ file, line }: Origin): string {
  return line === undefined ? file : `${file}:${String(line)}`;
}

/** Where a setting is from: `Pulumi.prod.yaml:78`, `preset`, or `preset, changed at Pulumi.prod.yaml:78`. */
export function originWords({ preset, at }: SettingOrigin): Words {
  if (at === undefined) return [preset ? "preset" : "not in the stack file"];
  return preset ? words`preset, changed at ${place(at)}` : words`${place(at)}`;
}
