import * as pulumi from "@pulumi/pulumi";
import { Policy } from "@pulumi/aws/iam/policy.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import { ServiceSetting } from "@pulumi/aws/ssm/serviceSetting.js";
import type { Location, ManagedGroup } from "../../domain/plane.ts";
import { iamPath, ownTags, passedRole } from "../../domain/stack/awsNames.ts";
import { boundaryArn, serviceSettingArn } from "../../domain/stack/arns.ts";
import { plannedGuard } from "../../domain/stack/guardPolicy.ts";
import { locationNames } from "../../domain/stack/locationNames.ts";
import { inlinePolicyNames } from "../../domain/stack/plannedRoles.ts";
import type { PolicyDocument } from "../../domain/stack/policyDocument.ts";
import {
  defaultHostTrust,
  hybridTrust,
  nodePolicy,
  serviceTrust,
  windowRolePolicy,
} from "../../domain/stack/rolePolicies.ts";

const type = "patchplane:aws:NodeAccess";

/** Who a location's IAM resources are for. */
export interface NodeAccessArgs {
  readonly environment: string;
  readonly location: Location;
  /** The managed groups that have servers or windows in the location. */
  readonly groups: readonly ManagedGroup[];
  /** Whether Default Host Management is switched on; only where the location owns its service settings. */
  readonly defaultHostManagement: boolean;
}

function role(
  parent: pulumi.Resource,
  logicalName: string,
  { environment, location }: NodeAccessArgs,
  { name, description, trust }: { name: string; description: string; trust: PolicyDocument },
): Role {
  return new Role(
    logicalName,
    {
      name,
      path: iamPath(environment),
      description,
      assumeRolePolicy: pulumi.jsonStringify(trust),
      permissionsBoundary: boundaryArn(location, environment),
      tags: ownTags(environment, location),
    },
    // IAM takes no second role of a name, whatever their paths.
    { parent, deleteBeforeReplace: true },
  );
}

/** The windows' role; its ARN is known once the role may do its work. */
function windowRole(parent: pulumi.Resource, name: string, args: NodeAccessArgs, document: PolicyDocument) {
  const { arn, name: roleName } = role(parent, `${name}-window`, args, {
    name: locationNames(args.environment, args.location).windowRole,
    description: "Maintenance windows send patch commands with it",
    trust: serviceTrust(args.location),
  });
  const policy = new RolePolicy(
    `${name}-window-policy`,
    { name: inlinePolicyNames.windows, role: roleName, policy: pulumi.jsonStringify(document) },
    { parent },
  );
  return pulumi.all([arn, policy.id]).apply(([known]) => known);
}

/** The settings of SSM that are one per account and Region; they outlive the stack, because a reset hits everybody. */
function serviceSettings(
  parent: pulumi.Resource,
  name: string,
  { location }: NodeAccessArgs,
  defaultHostRole: pulumi.Input<string> | undefined,
): void {
  const opts = { parent, retainOnDelete: true };
  new ServiceSetting(
    `${name}-instance-tier`,
    {
      settingId: serviceSettingArn(location, "/ssm/managed-instance/activation-tier"),
      settingValue: location.instanceTier,
    },
    opts,
  );
  if (defaultHostRole !== undefined) {
    new ServiceSetting(
      `${name}-default-host`,
      {
        settingId: serviceSettingArn(location, "/ssm/managed-instance/default-ec2-instance-management-role"),
        settingValue: defaultHostRole,
      },
      opts,
    );
  }
}

/**
 * Who may do what in one location: the role of hybrid nodes and a policy for EC2 instance profiles (the same rights on
 * both), the windows' role, the guard policy of reviewed groups, and, where the location owns them, the instance tier
 * and Default Host Management. No policy holds a service-wide wildcard. Every role has the permissions boundary that the
 * account's bootstrap made, without which the deploying role may make none.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/hybrid-multicloud-service-role.html
 */
export class NodeAccess extends pulumi.ComponentResource {
  /** Path and name of the hybrid nodes' role, known once its policy is attached: what an activation takes. */
  readonly hybridRoleName: pulumi.Output<string>;
  /** ARN of the policy for EC2 instance profiles. */
  readonly instancePolicyArn: pulumi.Output<string>;
  /** ARN of the windows' role, known once it may do its work. */
  readonly windowRoleArn: pulumi.Output<string>;
  /** ARN of the guard policy; undefined where no group is reviewed. */
  readonly guardPolicyArn: pulumi.Output<string | undefined>;

  constructor(name: string, args: NodeAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super(type, name, {}, opts);
    const { environment, location, groups } = args;
    const names = locationNames(environment, location);
    const tags = ownTags(environment, location);

    const nodes = new Policy(
      `${name}-node`,
      {
        name: names.nodePolicy,
        path: iamPath(environment),
        description: "What a patched node may do, in place of AmazonSSMManagedInstanceCore",
        policy: pulumi.jsonStringify(nodePolicy(environment, location)),
        tags,
      },
      { parent: this },
    );
    const attach = (key: string, to: Role): RolePolicyAttachment =>
      new RolePolicyAttachment(`${name}-${key}-node`, { role: to.name, policyArn: nodes.arn }, { parent: this });
    const hybrid = role(this, `${name}-hybrid`, args, {
      name: names.hybridRole,
      description: "Nodes outside EC2 work with it",
      trust: hybridTrust(location),
    });
    this.hybridRoleName = attach("hybrid", hybrid).role.apply((each) => passedRole(environment, each));
    this.instancePolicyArn = nodes.arn;
    this.windowRoleArn = windowRole(
      this,
      name,
      args,
      windowRolePolicy(environment, location, groups.map((group) => group.name).sort()),
    );
    if (location.ownsServiceSettings) {
      const defaultHost = args.defaultHostManagement
        ? role(this, `${name}-default-host`, args, {
            name: names.defaultHostRole,
            description: "EC2 instances without a profile of their own work with it",
            trust: defaultHostTrust(),
          })
        : undefined;
      serviceSettings(
        this,
        name,
        args,
        defaultHost === undefined
          ? undefined
          : attach("default-host", defaultHost).role.apply((each) => passedRole(environment, each)),
      );
    }
    const guard = plannedGuard(environment, location, groups);
    this.guardPolicyArn =
      guard === undefined
        ? pulumi.output(undefined)
        : new Policy(
            `${name}-guard`,
            {
              name: names.guardPolicy,
              path: iamPath(environment),
              description: "Keeps people from patching reviewed nodes past the approval",
              policy: pulumi.jsonStringify(guard),
              tags,
            },
            { parent: this },
          ).arn;
    this.registerOutputs({
      hybridRoleName: this.hybridRoleName,
      instancePolicyArn: this.instancePolicyArn,
      windowRoleArn: this.windowRoleArn,
      guardPolicyArn: this.guardPolicyArn,
    });
  }
}
