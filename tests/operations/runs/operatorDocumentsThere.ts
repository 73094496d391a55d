import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateDocumentCommand } from "@aws-sdk/client-ssm";
import type { Plane } from "../../../domain/plane.ts";
import { plannedLocation } from "../../../domain/stack/plannedLocation.ts";
import { drillObject } from "../../../domain/stack/publications.ts";
import type { Cloud } from "../../../simulator/index.ts";
import { assumed } from "../../engine/clients.ts";
import { ssmOf } from "../../scripts/commandFixture.ts";

/** Makes what operators send in a location, and the list of a drill, as the deploying role does. */
export async function makeOperatorDocuments(cloud: Cloud, plane: Plane, name: string): Promise<void> {
  const location = plane.locations[name];
  if (location === undefined) throw new Error(`no location ${name}`);
  const { operatorDocuments, bucket } = plannedLocation(plane, location);
  const ssm = ssmOf(cloud, plane, name);
  const s3 = new S3Client({ ...assumed(cloud.url, location.region, location.accountId), forcePathStyle: true });
  for (const document of operatorDocuments)
    await ssm.send(
      new CreateDocumentCommand({
        Name: document.name,
        DocumentType: "Command",
        DocumentFormat: "JSON",
        Content: JSON.stringify(document.content),
      }),
    );
  const { key, content } = drillObject();
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content }));
  ssm.destroy();
  s3.destroy();
}
