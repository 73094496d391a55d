import type { DoctorCheck, DoctorCheckId } from "../../domain/doctor/catalogue.ts";
import { doctorCheck } from "../../domain/doctor/catalogue.ts";
import type { Diagnosis, Result } from "../../domain/doctor/diagnosis.ts";
import { counted, withCounts } from "../../domain/text.ts";
import { withCommands, type Place } from "../commands.ts";
import {
  heading,
  item,
  joined,
  lines,
  mark,
  paragraph,
  said,
  table,
  words,
  type Block,
  type Document,
  type Item,
  type Words,
} from "../document.ts";

/** What is said once: the same of several places, or why a place left several checks unknown. */
interface Said {
  readonly checks: readonly DoctorCheckId[];
  readonly places: readonly string[];
  readonly first: Diagnosis;
}

function together(diagnoses: readonly Diagnosis[]): readonly Said[] {
  const bySaying = Map.groupBy(diagnoses, ({ result, about: { location }, message, check, fix }) =>
    JSON.stringify(result === "unknown" ? [location, message] : [check, message, fix]),
  );
  return [...bySaying.values()].flatMap((all) => {
    const [first] = all;
    const places = [...new Set(all.flatMap(({ about: { location } }) => location ?? []))];
    return first === undefined ? [] : [{ checks: [...new Set(all.map(({ check }) => check))], places, first }];
  });
}

function problem({ checks, places, first }: Said, place: Place): Item {
  const { fix, message } = first;
  const signs = { failed: [mark("error"), " "], warning: [mark("warning"), " "], unknown: [], ok: [] };
  const where = places.length === 0 ? [] : words` in ${joined(places, ", ")}`;
  const [only] = checks;
  const why = only === undefined || checks.length > 1 ? [] : [`why it matters: ${doctorCheck(only).why}`];
  return item(
    [...signs[first.result], ...joined(checks, ", "), ...where, ...words`: ${said(message)}`],
    [...why, ...(fix === undefined ? [] : [words`what to do: ${withCommands(fix, place)}`])],
  );
}

function problems(title: string, result: Result, all: readonly Diagnosis[], place: Place): readonly Block[] {
  const own = together(all.filter((each) => each.result === result));
  return heading(title, lines(own.map((each) => problem(each, place))));
}

function fineBlocks(all: readonly Diagnosis[]): readonly Block[] {
  const byCheck = Map.groupBy(together(all.filter(({ result }) => result === "ok")), ({ first }) => first.check);
  const line = ([check, own]: readonly [DoctorCheckId, readonly Said[]]): Words => {
    const parts = own.map(({ places, first: { message } }) =>
      places.length === 0 ? said(message) : words`${joined(places, ", ")}: ${said(message)}`,
    );
    return words`${check}: ${joined(parts, "; ")}`;
  };
  return heading("Fine", lines([...byCheck].map(line)));
}

function summary(all: readonly Diagnosis[]): string {
  const count = (result: Result): number => all.filter((each) => each.result === result).length;
  const fine = count("ok");
  if (all.length === 0) return "nothing was looked at: the stack has nothing that these checks are about";
  if (fine === all.length) return `all ${String(fine)} fine: the next windows have what they need`;
  return withCounts([
    [count("failed"), `${String(count("failed"))} failed`],
    [count("unknown"), `${String(count("unknown"))} not readable`],
    [count("warning"), counted(count("warning"), "warning")],
    [fine, `${String(fine)} fine`],
  ]);
}

/**
 * What an examination found, the worst first.
 * @param record - path of the drill's record, where there was one
 */
export function doctorDocument(place: Place, diagnoses: readonly Diagnosis[], record?: string): Document {
  return {
    title: words`stack ${place.stack}`,
    blocks: [
      ...problems("Failed", "failed", diagnoses, place),
      ...problems("Not readable, so not known", "unknown", diagnoses, place),
      ...problems("Warnings", "warning", diagnoses, place),
      ...fineBlocks(diagnoses),
      paragraph(summary(diagnoses)),
      ...(record === undefined ? [] : [paragraph(words`the drill is on record in ${record}`)]),
    ],
  };
}

/** What there is to look at. */
export function doctorListDocument(checks: readonly DoctorCheck[]): Document {
  const rows = checks.map(({ id, severity, what, why }) => [id, said(severity), said(what), said(why)]);
  return { blocks: table(["check", "at worst", "what is looked at", "why it matters"], rows) };
}
