import { unbroken, wrapped } from "../../render/writers/wrap.ts";
import type { CommandSpec } from "./command.ts";

/** Columns of a help that goes to no terminal, as commander has it for the rest of the help. */
const usualWidth = 80;
const further = " \\\n      ";

/** A command to be pasted, over several lines where it is long: parted between options, as a shell takes it. */
function exampleLines(example: string, width: number): string {
  if (example.length + 2 <= width) return `  ${example}`;
  const whole = example.replace(/"[^"]*"|'[^']*'/g, unbroken).replace(/--[\w-]+ [^-\s]\S*/g, unbroken);
  return `  ${wrapped(whole, width - further.length).join(further)}`;
}

/** What stands in a command's help behind its options, within the columns there are; a command in it stays whole. */
export function helpText(
  { note, exitCodes, examples }: Pick<CommandSpec<unknown>, "note" | "exitCodes" | "examples">,
  width = usualWidth,
): string {
  const paragraph = (text: string): string => wrapped(text.replace(/`[^`]+`|\b\d \S+/g, unbroken), width).join("\n");
  const heading = examples.length === 1 ? "Example" : "Examples";
  return [
    ...(note === undefined ? [] : ["", paragraph(note)]),
    "",
    paragraph(`Exit codes: ${exitCodes}`),
    "",
    `${heading}:`,
    ...examples.map((example) => exampleLines(example, width)),
  ].join("\n");
}
