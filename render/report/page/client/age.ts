import { found } from "./elements.ts";

const hour = 3_600_000;
/** Ages from here on are said with a warning: a page that is kept is not a page that is true. */
const oldHours = 48;

function ageText(hours: number): string {
  if (hours < 1) return "less than an hour ago";
  if (hours < oldHours) return `${String(Math.floor(hours))} ${Math.floor(hours) === 1 ? "hour" : "hours"} ago`;
  return `${String(Math.floor(hours / 24))} days ago`;
}

/** Says how long ago it was that the page's data were true. */
export function showAge(now: number): void {
  const age = found(document, "#age", HTMLElement);
  const hours = (now - Date.parse(found(document, "#as-of", HTMLTimeElement).dateTime)) / hour;
  if (Number.isNaN(hours) || hours < 0) return;
  age.textContent = ageText(hours);
  // Outside, because an old age has a background of its own.
  age.before(", ");
  age.classList.toggle("warning", hours >= oldHours);
}
