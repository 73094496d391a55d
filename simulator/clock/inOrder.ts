/** By id: what comes at the same instant must not depend on the order in which requests arrived. */
export function inOrder<T extends { readonly id: string }>(all: Iterable<T>): readonly T[] {
  return [...all].sort((a, b) => (a.id < b.id ? -1 : 1));
}
