/** A real `yyyy-mm-ddThh:mm:ss` as if it were UTC, or undefined. */
export function dateTimeOf(text: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(text)) {
    return undefined;
  }
  const at = new Date(`${text}Z`);
  // Date rolls 30 February over into March, so only a text that survives the round trip names a real date.
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 19) === text ? at : undefined;
}

/** Whether the text is a real calendar date, `yyyy-mm-dd`. */
export function isDate(text: string): boolean {
  return dateTimeOf(`${text}T00:00:00`) !== undefined;
}
