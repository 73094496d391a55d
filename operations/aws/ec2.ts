import {
  paginateDescribeImages,
  paginateDescribeInstances,
  type DescribeInstancesCommandOutput,
  type EC2Client,
  type Instance,
} from "@aws-sdk/client-ec2";
import pMap from "p-map";
import type { FoundInstance } from "../../domain/discover/evidence.ts";
import type { LiveInstance } from "../../domain/doctor/evidence.ts";
import { allPages } from "../pages.ts";

/** Largest page of DescribeInstances, and the most values of a filter. */
const instancesPerPage = 1000;
const valuesPerFilter = 200;
const concurrency = 4;
/** An instance that ends, or has ended, is none any more, and still listed for about an hour. */
const notEnded = { Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped"] };

/** Reads things by their ids, as many at a time as a filter takes: asked by ids, one that is gone fails the call for all. */
async function byFilter<T>(ids: readonly string[], read: (values: string[]) => Promise<readonly T[]>) {
  const batches: string[][] = [];
  for (let at = 0; at < ids.length; at += valuesPerFilter) batches.push(ids.slice(at, at + valuesPerFilter));
  return (await pMap(batches, read, { concurrency })).flat();
}

function instancesOf(pages: readonly DescribeInstancesCommandOutput[]): readonly Instance[] {
  return pages.flatMap((page) => page.Reservations ?? []).flatMap((each) => each.Instances ?? []);
}

/**
 * Names of images, by id. One that was deregistered, or that is no longer shared with the account, is left out.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html
 */
async function imageNames(client: EC2Client, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const pages = await byFilter(ids, (Values) => {
    const request = { IncludeDeprecated: true, Filters: [{ Name: "image-id", Values }] };
    return allPages(paginateDescribeImages({ client }, request));
  });
  const images = pages.flatMap((page) => page.Images ?? []);
  return new Map(images.map(({ ImageId = "", Name = "" }) => [ImageId, Name]));
}

/**
 * The EC2 instances of one account and Region, stopped ones included, 1,000 a call.
 * @param isManaged - tells which need no name of an image, because their agent says what they run
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
 */
export async function ec2Instances(
  client: EC2Client,
  isManaged: (id: string) => boolean,
): Promise<readonly FoundInstance[]> {
  const pages = paginateDescribeInstances({ client, pageSize: instancesPerPage }, { Filters: [notEnded] });
  const all = instancesOf(await allPages(pages));
  const unmanaged = all.filter(({ InstanceId = "" }) => !isManaged(InstanceId));
  const names = await imageNames(client, [...new Set(unmanaged.flatMap(({ ImageId }) => ImageId ?? []))].sort());
  return all.map((instance) => found(instance, names.get(instance.ImageId ?? "")));
}

/**
 * State of some instances, by id, 200 a call; one that is gone is left out.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
 */
export async function instanceStates(
  client: EC2Client,
  ids: readonly string[],
): Promise<ReadonlyMap<string, LiveInstance>> {
  const pages = await byFilter(ids, (Values) =>
    allPages(paginateDescribeInstances({ client }, { Filters: [{ Name: "instance-id", Values }, notEnded] })),
  );
  return new Map(
    instancesOf(pages).map(({ InstanceId = "", State, IamInstanceProfile, MetadataOptions }) => [
      InstanceId,
      {
        state: State?.Name ?? "",
        ...(IamInstanceProfile?.Arn === undefined ? {} : { profile: IamInstanceProfile.Arn }),
        metadata: MetadataOptions?.HttpEndpoint !== "disabled",
      },
    ]),
  );
}

function found(instance: Instance, imageName: string | undefined): FoundInstance {
  const { InstanceId: id = "", State, Architecture = "", PlatformDetails = "", Tags = [] } = instance;
  return {
    id,
    running: State?.Name === "running" || State?.Name === "pending",
    architecture: Architecture,
    platformDetails: PlatformDetails,
    ...(imageName === undefined ? {} : { imageName }),
    tags: Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value])),
  };
}
