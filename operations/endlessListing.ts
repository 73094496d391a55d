/** A listing that does not end; its message is a sentence. */
export class EndlessListing extends Error {
  constructor(message: string) {
    super(message);
    this.name = "EndlessListing";
  }
}
