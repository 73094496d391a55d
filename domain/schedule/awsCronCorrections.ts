import { weekdayName } from "./awsCronFields.ts";

/** Five fields are Unix cron (weekdays from 0), or AWS's with the year or the month left out. */
export function fromFive(texts: readonly string[]): readonly string[] {
  const [minutes = "", hours = "", day = "", fourth = "", fifth = ""] = texts;
  if (/[?#]|SUN|MON|TUE|WED|THU|FRI|SAT|^\dL$/.test(fourth)) {
    return [minutes, hours, day, "*", fourth, fifth];
  }
  const isAws = day === "?" || /[?#L]/.test(fifth);
  const weekday = isAws ? fifth : fifth.replace(/\d/g, (digit) => weekdayName((Number(digit) % 7) + 1));
  return markedDays([minutes, hours, day, fourth, weekday, "*"]);
}

/** Puts `?` where one of the two day fields says nothing. */
export function markedDays(texts: readonly string[]): readonly string[] {
  const [minutes = "", hours = "", day = "", month = "", weekday = "", year = ""] = texts;
  if (weekday === "*" && day !== "?") {
    return [minutes, hours, day, month, "?", year];
  }
  return day === "*" && weekday !== "?" ? [minutes, hours, "?", month, weekday, year] : texts;
}
