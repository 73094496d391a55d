import {
  code,
  details,
  heading,
  item,
  joined,
  lines,
  listed,
  names,
  paragraph,
  table,
  words,
  type Document,
} from "../../render/document.ts";
import { keepsTheLaws } from "./writerLaws.ts";

/** A document with the text wherever a text can stand. */
function everywhere(text: string): Document {
  return {
    title: words`${[text]} ${text}`,
    blocks: [
      paragraph([text]),
      ...heading("lists", lines([item(words`${text}: ${[text]}`, [[text]]), [names([text, text], "things")]])),
      ...lines([text, listed([text, text, [text]]), joined([text, text], ", ")]),
      ...heading("tables", table(["name", "text"], [[text, [text]]])),
      ...details([text], [paragraph([text])]),
      code(text),
    ],
  };
}

describe("a value in a document", () => {
  keepsTheLaws((text) => [everywhere(text)], 500);
});
