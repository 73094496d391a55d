import type { Draws } from "./draws.ts";

type Settings = Readonly<Record<string, unknown>>;

/** From when to when a simulation runs. */
export interface Span {
  readonly start: Date;
  readonly end: Date;
}

const day = 86_400_000;
const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** Zones on both sides of Greenwich, with half hours, and with changes of the clocks in both hemispheres. */
export const zones = ["UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Sydney"];

function clockOf(draws: Draws): { readonly hour: number; readonly minute: number; readonly text: string } {
  const hour = draws.whole("hour", 0, 23);
  const minute = draws.pick("minute", [0, 15, 30, 45]);
  return { hour, minute, text: `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}` };
}

function installSchedule(draws: Draws, { start, end }: Span): Settings {
  const { hour, minute, text } = clockOf(draws);
  const time = `${String(minute)} ${String(hour)}`;
  const weekday = draws.pick("weekday", weekdays);
  switch (draws.pick("form", ["weekly", "weekly", "nth", "patchTuesday", "dates", "rate"])) {
    case "nth":
      return {
        schedule: `cron(${time} ? * ${weekday}#${String(draws.whole("nth", 1, 4))} *)`,
        ...(draws.chance("offset", 0.5) ? { offsetDays: draws.whole("offset days", 1, 6) } : {}),
      };
    case "patchTuesday":
      return { schedule: { patchTuesday: `+${String(draws.whole("days after", 0, 6))}d`, at: text } };
    case "dates": {
      const days = Math.floor((end.getTime() - start.getTime()) / day);
      const drawn = [1, 2, 3].map((nth) => draws.whole(`date ${String(nth)}`, 1, days));
      const dates = [...new Set(drawn)].map((after) =>
        new Date(start.getTime() + after * day).toISOString().slice(0, 10),
      );
      return { schedule: { dates, at: text } };
    }
    case "rate":
      return { schedule: `rate(${String(draws.whole("days", 3, 9))} days)` };
    default:
      return { schedule: `cron(${time} ? * ${weekday} *)` };
  }
}

function scanSchedule(draws: Draws): Settings {
  const { hour, minute } = clockOf(draws);
  const time = `${String(minute)} ${String(hour)}`;
  const daily = `cron(${time} ? * * *)`;
  const twice = `cron(${time} ? * MON,THU *)`;
  const weekly = `cron(${time} ? * ${draws.pick("weekday", weekdays)} *)`;
  return { schedule: draws.pick("form", [daily, twice, weekly, "rate(2 days)", "rate(36 hours)"]) };
}

function pace(draws: Draws): Settings {
  const durationHours = draws.whole("duration", 1, 6);
  return {
    durationHours,
    cutoffHours: draws.whole("cutoff", 0, durationHours - 1),
    atCutoff: draws.pick("at cutoff", ["cancel", "continue"]),
    maxConcurrency: draws.pick("concurrency", ["1", "2", 3, "5", 40, "10%", "25%", "50%", "100%"]),
    maxErrors: draws.pick("errors", ["0", 1, "2", "20", "0%", "10%", "20%", "50%", "100%"]),
    ...(draws.chance("own zone", 0.5) ? { timezone: draws.pick("zone", zones) } : {}),
  };
}

function hooks(draws: Draws): Settings {
  if (!draws.chance("hooks", 0.3)) return {};
  const hook = (verb: "stop" | "start", share: number): Settings => {
    const name = `${verb}-service`;
    const fails = draws.chance(`${name} fails`, share) ? ["exit 1"] : [];
    const windows = verb === "stop" ? "Stop-Service app" : "Start-Service app";
    return { name, linux: [`systemctl ${verb} app`, ...fails], windows: [windows, ...fails] };
  };
  const before = draws.chance("before", 0.7) ? [hook("stop", 0.2)] : [];
  const after = draws.chance("after", 0.7) ? [hook("start", 0.2)] : [];
  const mustSucceed = before.length > 0 && draws.chance("must succeed", 0.5);
  return { hooks: { before, after, mustSucceed } };
}

/** A window that scans some groups. */
export function drawScanWindow(draws: Draws, groups: readonly string[]): Settings {
  return { operation: "scan", groups, ...scanSchedule(draws), ...pace(draws) };
}

/** A window that installs on some groups, by their baselines or by other ones. */
export function drawInstallWindow(
  draws: Draws,
  span: Span,
  groups: readonly string[],
  baselineOverride: readonly string[] = [],
): Settings {
  const override = baselineOverride.length === 0 ? {} : { baselineOverride };
  return {
    operation: "install",
    groups,
    ...installSchedule(draws, span),
    ...pace(draws),
    ...(baselineOverride.length === 0 ? hooks(draws) : {}),
    ...override,
  };
}
