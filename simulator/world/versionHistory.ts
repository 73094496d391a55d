import { unitInterval } from "./chance.ts";

/** How far a release is from the first of its history. */
export interface Step {
  /** New upstream versions since the first release. */
  readonly upstream: number;
  /** Revisions of the distribution since the last new upstream version. */
  readonly revision: number;
}

/**
 * A part of a template that grows: `[69]` or `[69+3]` (by three) with upstream, `{4}` with every revision; the number
 * is where it begins.
 */
const growing = /\[(\d+)(?:\+(\d+))?\]|\{(\d+)\}/g;
const historySeed = 11;
/** Share of releases that bring a new upstream version, where both parts grow. */
const upstreamShare = 0.25;

/**
 * Writes a template at a step. A new upstream version begins again with revision 1.
 *
 * `3.0.[11]-1~deb12u{2}` becomes `3.0.11-1~deb12u2`, `3.0.11-1~deb12u3`, `3.0.12-1~deb12u1`, …
 */
export function written(template: string, { upstream, revision }: Step): string {
  return template.replace(growing, (_, from: string | undefined, by: string | undefined, first: string | undefined) => {
    if (from !== undefined) return String(Number(from) + upstream * Number(by ?? 1));
    return String((upstream === 0 ? Number(first) : 1) + revision);
  });
}

/** Whether a template grows with upstream versions: a name that does is another name with every one of them. */
export function growsUpstream(template: string): boolean {
  return template.includes("[");
}

/** Whether a template has revisions of the distribution. */
export function hasRevisions(template: string): boolean {
  return template.includes("{");
}

/**
 * The steps of a history, drawn by its key: a revision each time, now and then a new upstream version. A template
 * without a revision brings a new upstream version each time.
 */
export function stepsOf(template: string, key: string): (index: number) => Step {
  if (!hasRevisions(template)) return (upstream) => ({ upstream, revision: 0 });
  if (!growsUpstream(template)) return (revision) => ({ upstream: 0, revision });
  const steps: Step[] = [{ upstream: 0, revision: 0 }];
  return (index) => {
    for (let next = steps.length; next <= index; next += 1) {
      const { upstream, revision } = steps[next - 1] ?? { upstream: 0, revision: 0 };
      const isNew = unitInterval(historySeed, "upstream", `${key}/${String(next)}`) < upstreamShare;
      steps.push(isNew ? { upstream: upstream + 1, revision: 0 } : { upstream, revision: revision + 1 });
    }
    return steps[index] ?? { upstream: 0, revision: 0 };
  };
}
