import { programOver } from "./programOver.ts";

/* The program that the plain CLI runs for stack files of another folder than the project's own. */

const root = process.env["PATCHPLANE_FOLDER"];
if (root === undefined || root === "") throw new Error("PATCHPLANE_FOLDER does not name the folder of the stack files");

/** The stack's outputs; see {@link programOver}. */
export const { locations, subscriptions } = (await programOver(root)()) as Record<string, unknown>;
