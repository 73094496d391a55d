import * as pulumi from "@pulumi/pulumi";
import { Association } from "@pulumi/aws/ssm/association.js";
import { ownTags, regionalName } from "../../domain/stack/awsNames.ts";
import { plannedAssociations } from "../../domain/stack/plannedAssociations.ts";
import type { Location, ManagedGroup, NodeSettings } from "../../domain/plane.ts";

const type = "patchplane:aws:NodeAssociations";

/** What the stack arranges on the nodes of one location. */
export interface NodeAssociationsArgs {
  readonly environment: string;
  readonly location: Location;
  /** The managed groups that have servers or windows in the location. */
  readonly groups: readonly ManagedGroup[];
  readonly nodes: NodeSettings;
  /** Where the nodes put their logs. */
  readonly bucketName: pulumi.Input<string>;
}

/**
 * What State Manager does on the nodes of one location: a scan, or an installation, when a node is first seen;
 * inventory; updates of the agent. Nodes are found by their patch group, never by `InstanceIds=*`, so that other
 * people's nodes are left alone. `AWS-RunPatchBaselineAssociation` is not used: it runs on EC2 only.
 *
 * The first-contact associations have no schedule: State Manager runs them on a node that comes online for the first
 * time or was away for long, which covers new launches and Auto Scaling, and leaves the windows' scans alone. They
 * also run once on every node when they are made or changed, so an installation on first contact installs outside the
 * windows then, a tenth of the group at a time.
 *
 * A node runs one inventory association only; one of somebody else's on the same nodes stops both.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/state-manager-about.html
 */
export class NodeAssociations extends pulumi.ComponentResource {
  /** Ids of the associations, by what they do. */
  readonly associationIds: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: NodeAssociationsArgs, opts?: pulumi.ComponentResourceOptions) {
    super(type, name, {}, opts);
    const { environment, location } = args;

    const ids: Record<string, pulumi.Output<string>> = {};
    for (const { key, document, parameters, groups, schedule, rate } of plannedAssociations(args)) {
      ids[key] = new Association(
        `${name}-${key}`,
        {
          associationName: regionalName(environment, key),
          name: document,
          parameters,
          targets: [{ key: "tag:PatchGroup", values: [...groups] }],
          scheduleExpression: schedule,
          maxConcurrency: rate,
          maxErrors: rate,
          outputLocation: { s3BucketName: args.bucketName, s3KeyPrefix: `logs/${key}`, s3Region: location.region },
          tags: ownTags(environment, location),
        },
        { parent: this },
      ).id;
    }
    this.associationIds = pulumi.all(ids);
    this.registerOutputs({ associationIds: this.associationIds });
  }
}
