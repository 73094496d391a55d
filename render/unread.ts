import { heading, lines, said, words, type Block } from "./document.ts";

/** A location or a subscription that could not be read, and why. */
export interface Unread {
  readonly name: string;
  readonly failure: string;
}

/** The places that could not be read; nothing where all were. */
export function unreadBlocks(unread: readonly Unread[]): readonly Block[] {
  return heading("Not readable", lines(unread.map(({ name, failure }) => words`${name}: ${said(failure)}`)));
}
