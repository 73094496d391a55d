import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { unexpectedRejections } from "./rejections.ts";
import type { Context, Func, AsyncFunc } from "mocha";

/**
 * Under Pulumi's mocks a callback that throws inside `apply` registers nothing and the test still passes; the error
 * shows only as an unhandled rejection. So every test's function is wrapped: run it, drain the registrations, give
 * rejections one turn to surface, and throw what was collected inside the test. (A failing root `afterEach` would stop
 * the whole run instead.)
 */
function wrapped(run: Func | AsyncFunc): AsyncFunc {
  return async function (this: Context) {
    const rejections: unknown[] = [];
    const collect = (reason: unknown): void => void rejections.push(reason);
    const others = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", collect);
    try {
      await Reflect.apply(run as AsyncFunc, this, []);
      await pulumi.runtime.disconnect();
      await new Promise((resolve) => setImmediate(resolve));
      const unexpected = unexpectedRejections(rejections);
      if (unexpected.length > 0) throw new AggregateError(unexpected, unexpected.map(String).join("\n"));
    } finally {
      process.removeListener("unhandledRejection", collect);
      for (const listener of others) process.on("unhandledRejection", listener);
    }
  };
}

/*
 * Laws are tried on the same inputs in every run, so that a change is refused for what it does and not for what was
 * drawn. Every night `npm run fuzz` draws new ones.
 */
if (process.env["PATCHPLANE_FUZZ_SECONDS"] === undefined) fc.configureGlobal({ seed: 2026 });

export const mochaHooks = {
  beforeEach(this: Context): void {
    const test = this.currentTest;
    if (test?.fn === undefined) return;
    if (test.fn.length > 0) throw new Error(`"${test.title}" takes a done callback; return a promise instead`);
    test.fn = wrapped(test.fn);
  },
};
