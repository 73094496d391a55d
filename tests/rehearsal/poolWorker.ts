import { obey } from "../../rehearsal/obey.ts";

/** Longest that the others are waited for: a busy machine may take a minute to start a thread. */
const patience = 100_000;

/** Counts itself in, and answers how many were there at once: it waits for the others, but not for ever. */
obey(async ({ shared, wanted }: { readonly shared: SharedArrayBuffer; readonly wanted: number }) => {
  const inside = new Int32Array(shared);
  Atomics.add(inside, 0, 1);
  Atomics.notify(inside, 0);
  const until = performance.now() + patience;
  for (let seen = Atomics.load(inside, 0); seen < wanted; seen = Atomics.load(inside, 0)) {
    if (performance.now() > until) break;
    await Atomics.waitAsync(inside, 0, seen, 1_000).value;
  }
  return Atomics.load(inside, 0);
});
