import { expect } from "chai";
import type { RecordedResource, Recorder } from "../../harness/mocks.ts";

/** The resources of a component without the provider and the component itself, as `type name`, in a stable order. */
export function inventory(recorder: Recorder): readonly string[] {
  const urns = new Set(recorder.resources.map((resource) => resource.urn));
  return recorder.resources
    .filter(({ type, parent }) => !type.startsWith("pulumi:") && (!type.startsWith("patchplane:") || urns.has(parent)))
    .map((resource) => `${resource.type.replace(/^.*:/, "")} ${resource.name}`)
    .sort();
}

/** Every AWS resource has the explicit provider, and the component, or one inside it, as its parent. */
export function expectInherited(recorder: Recorder): void {
  const urns = new Set(recorder.resources.map((resource) => resource.urn));
  const children = recorder.resources.filter((resource) => resource.type.startsWith("aws:"));
  expect(children).not.to.be.empty;
  for (const child of children) {
    expect(child.provider, `provider of ${child.name}`).to.match(/^urn:.*pulumi:providers:aws::main::/);
    expect(urns.has(child.parent), `parent of ${child.name}`).to.equal(true);
    expect(child.parent, `parent of ${child.name}`).to.match(/patchplane:aws:/);
  }
}

/** A JSON input, parsed. */
export function json(resource: RecordedResource, input: string): unknown {
  return JSON.parse(String(resource.inputs[input]));
}
