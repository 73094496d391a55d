/** `2026-11-15T030000Z`: no colon, so that every file system and object store takes it as a folder's name. */
const form = /^(\d{4}-\d{2}-\d{2})T(\d{2})(\d{2})(\d{2})Z$/;

/** The stamp of a collection: when it began, in UTC and whole seconds; stamps sort as their times do. */
export function stampOf(begun: Date): string {
  return `${begun.toISOString().slice(0, 19).replaceAll(":", "")}Z`;
}

/** The time that a stamp stands for; undefined when the text is no stamp. */
export function instantOf(stamp: string): Date | undefined {
  const parts = form.exec(stamp);
  if (parts === null) return undefined;
  const [, date = "", hours = "", minutes = "", seconds = ""] = parts;
  const instant = new Date(`${date}T${hours}:${minutes}:${seconds}Z`);
  return Number.isNaN(instant.getTime()) || stampOf(instant) !== stamp ? undefined : instant;
}
