let expected: RegExp[] = [];

/**
 * Says that the running test provokes unhandled rejections with such a message: a program that fails on purpose leaves
 * some behind. Holds until the test ends.
 */
export function expectRejections(message: RegExp): void {
  expected.push(message);
}

/** Those of a test's unhandled rejections that it did not announce; forgets the announcements. */
export function unexpectedRejections(reasons: readonly unknown[]): readonly unknown[] {
  const announced = expected;
  expected = [];
  return reasons.filter((reason) => !announced.some((message) => message.test(String(reason))));
}
