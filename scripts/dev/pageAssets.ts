import { join } from "node:path";
import { buildSync } from "esbuild";

const root = join(import.meta.dirname, "..", "..");

function built(entry: string): string {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2023",
    charset: "ascii",
  });
  const text = outputFiles.map((file) => file.text.trim()).join("\n");
  if (/<\/(script|style)/i.test(text)) throw new Error(`${entry} would end its own element in a page`);
  return text;
}

/**
 * The module with the script and the style of the reports' page, so that who writes a page reads no file and needs no
 * bundler: `render/report/page/client` and `page.css`, minified, which takes the same bytes from every folder.
 */
export function pageAssets(): string {
  return `// Made from client/ and page.css by \`npm run schemas\`.

/** What the page does in a browser. */
export const script = ${JSON.stringify(built("render/report/page/client/main.ts"))};

/** How it looks. */
export const style = ${JSON.stringify(built("render/report/page/page.css"))};
`;
}
