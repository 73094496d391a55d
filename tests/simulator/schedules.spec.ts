import { expect } from "chai";
import fc from "fast-check";
import { checkSchedule, isTimeZone, readSchedule as readByProduct } from "../../domain/schedule/awsCron.ts";
import { nextRuns } from "../../domain/schedule/nextRuns.ts";
import { timeZoneNames } from "../../domain/schedule/timeZoneNames.ts";
import { cronRuns, readAssociationSchedule, readSchedule } from "../../simulator/schedule/schedule.ts";
import { isZone, zonedText } from "../../simulator/schedule/zones.ts";

/** What a reader makes of a schedule: the first instants, or that it refuses it. */
type Reading = readonly string[] | "refused";

const count = 6;

function byCloud(expression: string, zone: string, offsetDays: number, from: Date): Reading {
  const read = readSchedule(expression);
  if (typeof read === "string") return "refused";
  if (offsetDays > 0 && !(read.kind === "cron" && read.rule.onWeekdayOfMonth)) return "refused";
  if (read.kind !== "cron") return [read.kind === "rate" ? String(read.minutes) : read.at.toISOString()];
  const starts: string[] = [];
  for (const at of cronRuns(read.rule, zone, offsetDays, from)) {
    starts.push(`${at.toISOString()} ${zonedText(zone, at)}`);
    if (starts.length === count) break;
  }
  return starts;
}

function byProduct(expression: string, timezone: string, offsetDays: number, from: Date): Reading {
  const offset = offsetDays === 0 ? undefined : offsetDays;
  const read = readByProduct(expression, "maintenanceWindow");
  if ("faults" in read || checkSchedule(expression, "maintenanceWindow", offset).length > 0) return "refused";
  if (read.schedule.kind === "rate") return [String(read.schedule.minutes)];
  if (read.schedule.kind === "at") return [read.schedule.at.toISOString()];
  const runs = nextRuns({ suffix: "", expression, timezone, offsetDays: offsetDays }, from, count);
  // The API leaves a time's seconds out when there are none.
  return runs.map(({ at, local }) => `${at.toISOString()} ${local.replace(/(T..:..):00/, "$1")}`);
}

const zones = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  // Half an hour, at midnight, by Ramadan, in the middle of the winter of the north, and a day left out.
  "Australia/Lord_Howe",
  "America/Santiago",
  "Africa/Casablanca",
  "Asia/Beirut",
  "Pacific/Apia",
  "Asia/Kathmandu",
  "Antarctica/Troll",
];

/** Days on which clocks change somewhere, and the ends of months and years. */
const starts = [
  "2025-12-30T22:10:00Z",
  "2026-02-17T00:00:00Z",
  "2026-03-07T12:00:00Z",
  "2026-03-28T23:30:00Z",
  "2026-04-03T11:00:00Z",
  "2026-04-05T00:30:00Z",
  "2026-09-05T20:00:00Z",
  "2026-10-03T12:00:00Z",
  "2026-10-25T00:30:00Z",
  "2026-11-01T05:30:00Z",
  "2028-02-27T00:00:01Z",
  "2011-12-28T00:00:00Z",
  "2198-12-30T00:00:00Z",
  "2199-12-25T12:00:00Z",
];

const within = (low: number, high: number): fc.Arbitrary<string> => fc.integer({ min: low, max: high }).map(String);

const joined =
  (sign: string) =>
  (parts: readonly string[]): string =>
    parts.join(sign);

/** One item of a list: a value, a range or a step; one in forty is a fault, and some ranges run backwards. */
function item(low: number, high: number, names: readonly string[] = []): fc.Arbitrary<string> {
  const value = names.length === 0 ? within(low, high) : fc.oneof(within(low, high), fc.constantFrom(...names));
  const middle = Math.floor((low + high) / 2);
  const range = fc.oneof(
    { weight: 9, arbitrary: fc.tuple(within(low, middle), within(middle, high)) },
    { weight: 1, arbitrary: fc.tuple(value, value) },
  );
  const stepped = fc.oneof(value, fc.constant("*"), range.map(joined("-")));
  const faults = ["0", String(high + 1), "", "*-2", "1-2-3", "1/0", "1/2/3", "x", "mon", "TU"];
  return fc.oneof(
    { weight: 24, arbitrary: value },
    { weight: 7, arbitrary: range.map(joined("-")) },
    { weight: 8, arbitrary: fc.tuple(stepped, within(1, high)).map(joined("/")) },
    { weight: 1, arbitrary: fc.constantFrom(...faults) },
  );
}

function field(low: number, high: number, names?: readonly string[]): fc.Arbitrary<string> {
  const list = fc.array(item(low, high, names), { minLength: 1, maxLength: 3 }).map((items) => items.join(","));
  return fc.oneof({ weight: 1, arbitrary: fc.constant("*") }, { weight: 2, arbitrary: list });
}

const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const weekday = fc.oneof(within(0, 8), fc.constantFrom(...weekdays));
const date = fc.oneof(
  field(1, 31),
  within(0, 32).map((day) => `${day}W`),
  fc.constantFrom("L", "LW", "L-3", "W", "1,L", "?"),
);
const dayOfWeek = fc.oneof(
  field(1, 7, weekdays),
  weekday.map((day) => `${day}L`),
  fc.tuple(weekday, within(0, 6)).map(([day, nth]) => `${day}#${nth}`),
  fc.constantFrom("L", "#", "2#", "TUE#2,FRI#1", "SAT-SUN", "?"),
);
const days = fc.oneof(
  { weight: 5, arbitrary: date.map((day) => [day, "?"] as const) },
  { weight: 8, arbitrary: dayOfWeek.map((day) => ["?", day] as const) },
  { weight: 1, arbitrary: fc.tuple(date, dayOfWeek) },
);
const hours = fc.oneof(field(0, 23), fc.constantFrom("0", "1", "2", "3", "1-3", "0,2,23"));
const minutes = fc.oneof(within(0, 59), fc.constantFrom("0", "30", "0/15", "*/20", "15,45"), field(0, 59));
const year = fc.oneof(
  { weight: 5, arbitrary: fc.constant("*") },
  {
    weight: 3,
    arbitrary: fc.constantFrom("*/2", "*/3", "*/4", "2026", "2026-2030", "2027/3", "2028,2032", "2020", "2026,*/7"),
  },
  { weight: 1, arbitrary: field(1970, 2199) },
);
const cron = fc
  .tuple(
    fc.oneof(
      fc.constant(""),
      fc.constant("0 "),
      field(0, 59).map((second) => `${second} `),
    ),
    minutes,
    hours,
    days,
    field(1, 12, months),
    year,
  )
  .map(
    ([second, minute, hour, [day, week], month, years]) =>
      `cron(${second}${minute} ${hour} ${day} ${month} ${week} ${years})`,
  );
const other = fc.oneof(
  fc
    .tuple(within(0, 99), fc.constantFrom("minute", "minutes", "hour", "hours", "day", "days", "weeks"))
    .map(([n, unit]) => `rate(${n} ${unit})`),
  fc.constantFrom(
    "rate(2000000 days)",
    "rate(999999999 days)",
    "rate(9999999999 minutes)",
    "rate(01 day)",
    "rate(1  day)",
    "rate( 1 day)",
    "rate(1 day )",
    "rate(1 Day)",
    "rate(1.5 hours)",
    "rate(-1 days)",
    "Rate(2 days)",
    "at(2026-12-24T02:00:00Z)",
    "at(2026-12-24t02:00:00)",
    "at(2026-12-24T2:00:00)",
    "at(2026-12-24T24:00:00)",
    "at(9999-12-31T23:59:59)",
    "at(2026-12-24T02:00:00)",
    "at(2026-02-30T02:00:00)",
    "at(2026-12-24)",
    "cron()",
    "cron(0 2 * * ?)",
    "at()",
    "daily",
  ),
);

/** A cron in a form that is near the right one: letters, blanks, brackets and fields that somebody types by mistake. */
const mistyped = fc
  .tuple(
    cron,
    fc.constantFrom<readonly [RegExp, string]>(
      [/[A-Z]{3}/, "Tue"],
      [/[A-Z]{3}/g, "jan"],
      [/cron/, "CRON"],
      [/cron\(/, "cron ("],
      [/^/, " "],
      [/$/, " "],
      [/\(/, "( "],
      [/\)$/, " )"],
      [/ /, "  "],
      [/ /, "\t"],
      [/ /g, "\n"],
      [/ [^ ]+\)$/, ")"],
      [/\)$/, " *)"],
      [/\?/, "*"],
      [/\*/, "?"],
      [/ (\d)/, " 0$1"],
      [/ (\d)/, " +$1"],
      [/#/, "##"],
      [/#\d/, "#0"],
      [/#\d/, "#6"],
      [/#\d/, "L"],
      [/L/, "LW"],
      [/L/, "L-3"],
      [/L/, "l"],
      [/W/, "w"],
      [/\d/, "٣"],
    ),
  )
  .map(([text, [from, to]]) => text.replace(from, to));

const expression = fc.oneof(
  { weight: 12, arbitrary: cron },
  { weight: 3, arbitrary: mistyped },
  { weight: 2, arbitrary: other },
);
const settings = { numRuns: 6000, seed: 2026 };

describe("embedded cloud: its reader of schedules against the product's", () => {
  it("takes and refuses the same, and starts at the same instants, over the whole grammar", function () {
    const offset = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 6 }));
    let taken = 0;
    fc.assert(
      fc.property(
        expression,
        fc.constantFrom(...zones),
        offset,
        fc.constantFrom(...starts),
        (text, zone, days, start) => {
          const cloud = byCloud(text, zone, days, new Date(start));
          if (cloud !== "refused") taken += 1;
          expect(cloud).to.deep.equal(byProduct(text, zone, days, new Date(start)));
        },
      ),
      settings,
    );
    // A grammar that drew little but faults would hold nothing.
    expect(taken).to.be.above(settings.numRuns / 5);
  });

  it("takes and refuses the same of associations", () => {
    const clock = fc.oneof(
      fc.tuple(
        fc.constantFrom("0", "30", "0 15", "0/30", "0,30", "5 0"),
        fc.constantFrom("*", "2", "0/2", "*/12", "0/3", "1/4"),
      ),
      fc.tuple(minutes, hours),
    );
    const day = fc.constantFrom(
      "* * ?",
      "? * *",
      "? * SUN",
      "? * TUE#2",
      "? * 3L",
      "? * L",
      "1 * ?",
      "? 3 MON",
      "? * MON-FRI",
    );
    const regular = fc
      .tuple(clock, day, fc.constantFrom("*", "*", "*", "2026"))
      .map(([at, on, years]) => `cron(${at.join(" ")} ${on} ${years})`);
    fc.assert(
      fc.property(fc.oneof(expression, regular), (text) => {
        const refused = "faults" in readByProduct(text, "association");
        expect(typeof readAssociationSchedule(text) === "string").to.equal(refused);
      }),
      // As many hours as an even step has, and not even.
      {
        ...settings,
        examples: [["cron(0 0,8,12 ? * SUN#1 *)"], ["cron(0 4,*/5 * * ? *)"], ["cron(0 0,8,16 * * ? *)"]],
      },
    );
  });

  it("knows the same time zones, in the database's letters alone, and none by ICU's names", () => {
    const others = [...timeZoneNames].flatMap((name) => [name.toLowerCase(), name.toUpperCase(), `posix/${name}`]);
    const icu = "ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST";
    const wrong = [
      ...icu.split(" "),
      "SystemV/PST8",
      "SystemV/EST5EDT",
      "+02:00",
      "GMT+2",
      "Factory",
      "",
      "constructor",
    ];
    for (const name of [...Intl.supportedValuesOf("timeZone"), ...timeZoneNames, ...others, ...wrong])
      expect(isZone(name), name).to.equal(isTimeZone(name));
    expect(wrong.filter(isZone)).to.deep.equal([]);
    expect([...timeZoneNames].filter((name) => !isZone(name))).to.deep.equal([]);
  });
});
