import { Readable } from "node:stream";
import { EC2Client } from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { instanceStates } from "../../../operations/aws/ec2.ts";

describe("instances of EC2, by their ids", () => {
  it("are asked for 200 at a time, and none that has ended, which no start brings back", async () => {
    const asked: URLSearchParams[] = [];
    const client = new EC2Client({
      region: "us-east-1",
      credentials: { accessKeyId: "spec", secretAccessKey: "spec" },
      requestHandler: {
        handle: ({ body }: { readonly body: string }) => {
          asked.push(new URLSearchParams(body));
          const text = "<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>";
          return Promise.resolve({ response: { statusCode: 200, headers: {}, body: Readable.from([text]) } });
        },
      },
    });
    const ids = Array.from({ length: 201 }, (_, index) => `i-${String(index)}`);
    expect(await instanceStates(client, ids)).to.deep.equal(new Map());
    const valuesOf = (form: URLSearchParams, filter: number): readonly string[] =>
      [...form].flatMap(([name, value]) => (name.startsWith(`Filter.${String(filter)}.Value.`) ? [value] : []));
    expect(asked.map((form) => form.get("Filter.2.Name"))).to.deep.equal([
      "instance-state-name",
      "instance-state-name",
    ]);
    expect(asked.map((form) => valuesOf(form, 2))).to.deep.equal(
      asked.map(() => ["pending", "running", "stopping", "stopped"]),
    );
    expect(asked.flatMap((form) => valuesOf(form, 1))).to.have.members(ids);
  });
});
