import { CreateMaintenanceWindowCommand } from "@aws-sdk/client-ssm";
import {
  GetServiceQuotaCommand,
  ListServiceQuotasCommand,
  ListServicesCommand,
  paginateListServiceQuotas,
  ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";
import { expect } from "chai";
import type { Cloud } from "../../simulator/index.ts";
import { closeClouds, cloudWith, home, ireland, refusal, ssmOf } from "./cloudFixture.ts";

function quotasOf(cloud: Cloud): ServiceQuotasClient {
  const credentials = { accessKeyId: "AKIATEST", secretAccessKey: "x" };
  return new ServiceQuotasClient({ endpoint: cloud.url, region: ireland, credentials });
}

// https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/Welcome.html
describe("embedded cloud: service quotas", () => {
  afterEach(closeClouds);

  it("shows the quotas of Systems Manager with their account and Region, in pages", async () => {
    const client = quotasOf(await cloudWith([]));
    const pages: (string | undefined)[][] = [];
    for await (const page of paginateListServiceQuotas({ client, pageSize: 4 }, { ServiceCode: "ssm" })) {
      pages.push((page.Quotas ?? []).map((quota) => quota.QuotaName));
    }
    expect(pages.map((page) => page.length)).to.deep.equal([4, 2]);
    expect(pages.flat()).to.include("Maintenance Windows");
    const { Quota } = await client.send(new GetServiceQuotaCommand({ ServiceCode: "ssm", QuotaCode: "L-7727CE5B" }));
    expect(Quota?.QuotaArn).to.equal(`arn:aws:servicequotas:${ireland}:${home}:ssm/L-7727CE5B`);
  });

  it("grants as many maintenance windows as it makes, and not one more", async () => {
    const cloud = await cloudWith([]);
    const asked = new GetServiceQuotaCommand({ ServiceCode: "ssm", QuotaCode: "L-7727CE5B" });
    const granted = (await quotasOf(cloud).send(asked)).Quota?.Value ?? 0;
    const make = (number: number) =>
      ssmOf(cloud).send(
        new CreateMaintenanceWindowCommand({
          Name: `window-${String(number)}`,
          Schedule: "cron(0 2 ? * SUN *)",
          Duration: 2,
          Cutoff: 1,
          AllowUnassociatedTargets: false,
        }),
      );
    for (let number = 1; number <= granted; number += 1) await make(number);
    expect((await refusal(make(granted + 1))).name).to.equal("ResourceLimitExceededException");
  });

  it("refuses another service, an unknown quota, a bad page and what it does not cover", async () => {
    const client = quotasOf(await cloudWith([]));
    const names = await Promise.all(
      [
        client.send(new ListServiceQuotasCommand({ ServiceCode: "ec2" })),
        client.send(new GetServiceQuotaCommand({ ServiceCode: "ssm", QuotaCode: "L-00000000" })),
        client.send(new ListServiceQuotasCommand({ ServiceCode: "ssm", NextToken: "made up" })),
        client.send(new ListServiceQuotasCommand({ ServiceCode: "ssm", MaxResults: 101 })),
        client.send(new ListServiceQuotasCommand({ ServiceCode: "ssm", QuotaAppliedAtLevel: "ALL" })),
        client.send(new ListServicesCommand({})),
      ].map(async (call: Promise<unknown>) => (await refusal(call)).name),
    );
    expect(names).to.deep.equal([
      "NoSuchResourceException",
      "NoSuchResourceException",
      "InvalidPaginationTokenException",
      "IllegalArgumentException",
      "IllegalArgumentException",
      "UnknownOperationException",
    ]);
  });
});
