import { EndlessListing } from "./endlessListing.ts";

/** The most pages of one listing: far more than the quotas of an account fill. */
const mostPages = 5_000;

/** S3 and IAM name their token otherwise, and so does Azure. */
interface Page {
  readonly NextToken?: string | undefined;
  readonly Marker?: string | undefined;
  readonly NextContinuationToken?: string | undefined;
  readonly continuationToken?: string | undefined;
}

/**
 * Every page of a listing, of AWS or Azure. The AWS SDK's own `stopOnSameToken` would take a listing that repeats itself for one that has
 * ended, and its answer for the whole.
 *
 * @throws EndlessListing when a token comes again, or there are more pages than an account can fill
 */
export async function allPages<T extends Page>(pages: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  const tokens = new Set<string>();
  for await (const page of pages) {
    all.push(page);
    const token = page.NextToken ?? page.Marker ?? page.NextContinuationToken ?? page.continuationToken ?? "";
    if (token === "") continue;
    if (tokens.has(token)) throw new EndlessListing(`the endpoint repeats itself after ${String(all.length)} pages`);
    if (all.length >= mostPages) throw new EndlessListing(`a listing has more than ${String(mostPages)} pages`);
    tokens.add(token);
  }
  return all;
}
