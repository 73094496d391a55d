#!/usr/bin/env node
import "./nodeVersion.js";
await import("./patchplane.ts");
