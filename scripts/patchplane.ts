#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { userCache } from "../engine/userCache.ts";

// Node.js keeps what it made of the sources, types stripped: more than half of an offline command's time. It has to be
// switched on before anything else is loaded. Not in the temporary folder, which everybody may write into.
const cache = userCache(process.env);
if (cache !== undefined) enableCompileCache(join(cache, "patchplane", "node"));
await import("./commandLine.ts");
