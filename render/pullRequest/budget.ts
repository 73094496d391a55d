/**
 * Shares a total among parts that want so much each: who wants less than a fair share gets what it wants, and the rest
 * is shared again. The shares never add up to more than the total.
 */
export function sharedBudget(wants: readonly number[], total: number): readonly number[] {
  const shares = new Array<number>(wants.length).fill(0);
  const byWant = [...wants.keys()].sort((left, right) => (wants[left] ?? 0) - (wants[right] ?? 0));
  let rest = Math.max(0, total);
  for (const [done, index] of byWant.entries()) {
    const share = Math.min(wants[index] ?? 0, Math.floor(rest / (byWant.length - done)));
    shares[index] = share;
    rest -= share;
  }
  return shares;
}
