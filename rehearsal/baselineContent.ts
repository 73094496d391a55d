import type { Baseline } from "../domain/baseline.ts";
import { toBaselineOverride } from "../domain/stack/baselineOverride.ts";
import { emptyContent, withContent, type BaselineContent } from "../simulator/index.ts";

const contents = new WeakMap<Baseline, BaselineContent>();

/** A baseline of the plane as Patch Manager reads it. */
export function contentOf(baseline: Baseline): BaselineContent {
  const known = contents.get(baseline);
  if (known !== undefined) return known;
  const [wire] = JSON.parse(toBaselineOverride([baseline])) as Parameters<typeof withContent>[1][];
  const made = withContent(emptyContent(baseline.operatingSystem), wire ?? {});
  contents.set(baseline, made);
  return made;
}
