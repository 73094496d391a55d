/** Whether a text is a date `YYYY-MM-DD` that the calendar has; `Date` itself takes a 31st of February for a 3rd of March. */
export function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
