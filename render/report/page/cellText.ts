import type { Cell, ColumnKind } from "../../../domain/report/report.ts";

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** Kinds that are numbers: to the right, sorted and filtered by size. */
export function isNumeric(kind: ColumnKind): boolean {
  return kind === "count" || kind === "days" || kind === "minutes" || kind === "percent";
}

/** `Fri 2026-11-27`, of `2026-11-27` and of every instant of that day. */
export function dayText(text: string): string {
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(day.getTime()) ? text : `${weekdays[day.getUTCDay()] ?? ""} ${text.slice(0, 10)}`;
}

/** `Fri 2026-11-27 03:00`, in UTC; a text that is no instant stays as it is. */
export function instantText(text: string): string {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) ? `${dayText(text)} ${text.slice(11, 16)}` : text;
}

const numbers = new Intl.NumberFormat("en-US");

/** A number with its thousands parted, whatever language the machine speaks. */
export function numberText(value: number): string {
  return numbers.format(value);
}

const units: Readonly<Partial<Record<ColumnKind, readonly [one: string, more: string]>>> = {
  days: ["day", "days"],
  minutes: ["min", "min"],
  percent: ["%", "%"],
};

/** A cell as a reader sees it; a dash where there is none. */
export function cellText(kind: ColumnKind, cell: Cell): string {
  if (cell === null || cell === "") return "–";
  if (typeof cell === "number") {
    const unit = units[kind]?.[cell === 1 ? 0 : 1];
    return unit === undefined ? numberText(cell) : `${numberText(cell)} ${unit}`;
  }
  if (kind === "instant") return instantText(cell);
  return kind === "date" ? dayText(cell) : cell;
}
