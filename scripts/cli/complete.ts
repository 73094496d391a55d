import { overPresets } from "../../config/schema/presets.ts";
import { projectFiles, type ProjectFiles } from "../../config/projectFiles.ts";
import { environmentsOf, settingsAsWritten } from "../../config/stackFile.ts";
import { isMapping } from "../../domain/values.ts";

/*
 * Names for shell completion: `node scripts/cli/complete.ts <project> <kind> <words…>` prints one a line. It loads as little
 * as it can and is silent about whatever is wrong: a person in the middle of a word wants no error.
 */

function optionIn(words: readonly string[], ...names: readonly string[]): string | undefined {
  const index = words.findLastIndex((word) => names.includes(word));
  return index < 0 ? undefined : words[index + 1];
}

function namesIn(settings: Readonly<Record<string, unknown>>, section: string): readonly string[] {
  const value = settings[section];
  return isMapping(value) ? Object.keys(value) : [];
}

/** Names and ids of servers. No cell that may stand there has a comma in it, and a CSV parser takes as long as all else. */
function serversIn(files: ProjectFiles, fleet: unknown): readonly string[] {
  const text = typeof fleet === "string" ? files.read(fleet) : undefined;
  const [heading = [], ...rows] = (text ?? "").split(/\r?\n/).map((line) => line.split(","));
  const columns = ["name", "id"].map((name) => heading.indexOf(name));
  return rows.flatMap((row) => columns.map((column) => row[column] ?? "")).filter((name) => name !== "");
}

function namesOf(kind: string, files: ProjectFiles, stacks: readonly string[]): readonly string[] {
  if (kind === "stacks") return environmentsOf(files);
  return stacks.flatMap((stack) => {
    const settings = overPresets(settingsAsWritten(files, stack));
    switch (kind) {
      case "locations":
      case "groups":
      case "windows":
        return namesIn(settings, kind);
      case "subjects":
        return [
          ...namesIn(settings, "groups"),
          ...namesIn(settings, "windows"),
          ...serversIn(files, settings["fleet"]),
        ];
      default:
        return [];
    }
  });
}

/**
 * Names that no shell reads as anything but a word, wherever it puts them: what stands in the files may not be reviewed
 * yet, and a person presses Enter on what Tab wrote. Other names are not offered; who means them types them.
 */
const harmless = /^[A-Za-z0-9/][A-Za-z0-9._/:@+-]{0,511}$/;

const [project = ".", kind = "", current = "", ...words] = process.argv.slice(2);

try {
  const files = projectFiles(optionIn(words, "-C", "--cwd") ?? project);
  const stack = optionIn(words, "-s", "--stack");
  const names = namesOf(kind, files, stack === undefined ? environmentsOf(files) : [stack]);
  const fitting = [...new Set(names)].filter((name) => harmless.test(name) && name.startsWith(current)).sort();
  process.stdout.write(fitting.map((name) => `${name}\n`).join(""));
} catch {
  // Half-written files are everyday while somebody types.
}
