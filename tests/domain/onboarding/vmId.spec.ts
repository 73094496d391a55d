import { expect } from "chai";
import { compareVmId } from "../../../domain/onboarding/vmId.ts";

describe("a vm_id beside Azure's", () => {
  // The pair of Microsoft's page on the instance metadata service.
  const azure = "d0df93fe-a2b1-4a9e-b2ab-d21d9f9c63a1";
  for (const [row, match] of [
    [azure, "same"],
    [azure.toUpperCase(), "same"],
    ["fe93dfd0-b1a2-9e4a-b2ab-d21d9f9c63a1", "swapped"],
    ["FE93DFD0-B1A2-9E4A-B2AB-D21D9F9C63A1", "swapped"],
    ["d0df93fe-a2b1-4a9e-b2ab-d21d9f9c63a2", "other"],
    ["fe93dfd0-a2b1-4a9e-b2ab-d21d9f9c63a1", "other"],
  ] as const) {
    it(`is ${match}: ${row}`, () => {
      expect(compareVmId(row, azure)).to.equal(match);
    });
  }
});
