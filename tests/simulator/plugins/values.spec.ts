import { expect } from "chai";
import fc from "fast-check";
import {
  canonical,
  fromWire,
  holdsUnknown,
  toWire,
  unknownValue,
  valuesFromWire,
} from "../../../simulator/plugins/values.ts";

describe("property values on the wire", () => {
  it("read every typed sentinel of the engine as an unknown", () => {
    const wire = { text: "04da6b54-80e4-46f7-96ec-b56ff0331ba9", list: ["6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"] };
    expect(valuesFromWire(wire)).to.deep.equal({ text: unknownValue, list: [unknownValue] });
    expect(holdsUnknown(valuesFromWire(wire))).to.equal(true);
  });

  it("drop nulls inside objects and keep them inside lists", () => {
    expect(fromWire({ a: null, b: [null, 1] })).to.deep.equal({ b: [null, 1] });
  });

  it("come back as they went", () => {
    const json = fc.jsonValue().map((value) => fromWire(value));
    fc.assert(
      fc.property(json, (value) => {
        expect(canonical(fromWire(toWire(value)))).to.equal(canonical(value));
      }),
    );
  });

  it("write an unknown as the sentinel", () => {
    expect(toWire([unknownValue])).to.deep.equal(["04da6b54-80e4-46f7-96ec-b56ff0331ba9"]);
  });

  it("refuse properties that are no object", () => {
    expect(() => valuesFromWire([1])).to.throw("not an object");
  });
});
