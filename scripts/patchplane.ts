import http from "node:http";
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { proxyEnvironment } from "../engine/proxy.ts";
import { userCache } from "../engine/userCache.ts";

// Node.js keeps what it made of the sources, types stripped: more than half of an offline command's time. It has to be
// switched on before anything else is loaded. Not in the temporary folder, which everybody may write into.
const cache = userCache(process.env);
if (cache !== undefined) enableCompileCache(join(cache, "patchplane", "node"));
const proxies = proxyEnvironment(process.env);
Object.assign(process.env, proxies);
// For `fetch`, from Node.js 24.14 on; the SDKs see to it themselves.
if (Object.keys(proxies).length > 0) (http as { setGlobalProxyFromEnv?: () => void }).setGlobalProxyFromEnv?.();
await import("./commandLine.ts");
