/** Collects every page of an answer that comes in pages. */
export async function everyPage<Page extends { readonly NextToken?: string | undefined }, Item>(
  ask: (token: string | undefined) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let token: string | undefined;
  do {
    const page = await ask(token);
    items.push(...(itemsOf(page) ?? []));
    token = page.NextToken;
  } while (token !== undefined && token !== "");
  return items;
}
