#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

// Node.js keeps what it made of the sources, types stripped: more than half of an offline command's time. It has to be
// switched on before anything else is loaded. Not in the temporary folder, which everybody may write into.
enableCompileCache(join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "patchplane", "node"));
await import("./commandLine.ts");
