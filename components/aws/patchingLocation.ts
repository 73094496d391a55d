import * as pulumi from "@pulumi/pulumi";
import type { Location, Plane } from "../../domain/plane.ts";
import type { ReportSql } from "../../domain/report/queries.ts";
import { savedQueries } from "../../domain/report/savedQueries.ts";
import { athenaNames } from "../../domain/stack/athena.ts";
import { plannedLocation } from "../../domain/stack/plannedLocation.ts";
import type { PlannedLocation } from "../../domain/stack/plannedLocation.ts";
import type { PublishedObject } from "../../domain/stack/publications.ts";
import type { FunctionCode } from "../../domain/stack/runReporter.ts";
import { OperatorDocuments } from "./operatorDocuments.ts";
import { NodeAccess } from "./nodeAccess.ts";
import { NodeAssociations } from "./nodeAssociations.ts";
import { PatchBaselines } from "./patchBaselines.ts";
import { PatchNotifications } from "./patchNotifications.ts";
import { PatchStorage } from "./patchStorage.ts";
import { PatchWindow } from "./patchWindow.ts";
import { ReportQueries } from "./reportQueries.ts";
import { RunReporter } from "./runReporter.ts";
import { WindowAlarms } from "./windowAlarms.ts";
import { WindowHooks } from "./windowHooks.ts";

const type = "patchplane:aws:PatchingLocation";

/** The plane, and the one of its locations that is built. */
export interface PatchingLocationArgs {
  readonly plane: Plane;
  readonly location: Location;
  /** The bundled code of the functions. */
  readonly functions: FunctionCode;
  /** The reports' queries, which the location with Athena saves there. */
  readonly sql: ReportSql;
}

/** The windows of a location, one per window and schedule; ids by window, or by window and date. */
function patchWindows(
  parent: pulumi.Resource,
  name: string,
  { plane, location }: PatchingLocationArgs,
  windows: PlannedLocation["windows"],
  {
    storage,
    access,
    notifications,
  }: Record<"storage", PatchStorage> & Record<"access", NodeAccess> & Record<"notifications", PatchNotifications>,
): Record<string, pulumi.Output<string>> {
  const { environment, groups } = plane;
  const url = (object: PublishedObject | undefined): pulumi.Output<string> | undefined =>
    object === undefined ? undefined : storage.urls[object.key];
  const hooks = new Map<string, WindowHooks>();
  const ids: Record<string, pulumi.Output<string>> = {};
  for (const { window, schedule, override, approved, documents } of windows.values()) {
    if (documents.length > 0 && !hooks.has(window.name)) {
      const made = new WindowHooks(`${name}-${window.name}-hooks`, { environment, location, documents }, { parent });
      hooks.set(window.name, made);
    }
    const hookDocuments = hooks.get(window.name)?.documentNames;
    const overrideListUrl = url(approved?.list);
    const baselineOverrideUrl = url(override);
    const key = schedule.suffix === "" ? window.name : `${window.name}-${schedule.suffix}`;
    ids[key] = new PatchWindow(
      `${name}-${key}`,
      {
        environment,
        location,
        window,
        schedule,
        groups,
        bucketName: storage.bucketName,
        windowRoleArn: access.windowRoleArn,
        topicArn: notifications.topicArn,
        notificationRoleArn: notifications.notificationRoleArn,
        ...(approved === undefined || overrideListUrl === undefined
          ? {}
          : { approved: { expires: approved.approval.expires, overrideListUrl } }),
        ...(baselineOverrideUrl === undefined ? {} : { baselineOverrideUrl }),
        ...(hookDocuments === undefined ? {} : { hookDocuments }),
      },
      { parent },
    ).windowId;
  }
  return ids;
}

/**
 * Everything that patches one AWS account in one Region: storage, roles, notifications, baselines, windows and
 * associations. All of it goes through the provider it inherits, and nothing is looked up: a preview needs no cloud.
 *
 * Pass the location's provider as `{ providers: { aws } }`.
 */
export class PatchingLocation extends pulumi.ComponentResource {
  /** Path and name of the role that hybrid activations take, known once its policy is attached. */
  readonly hybridRoleName: pulumi.Output<string>;
  /** ARN of the policy that EC2 instance profiles take in place of AmazonSSMManagedInstanceCore. */
  readonly instancePolicyArn: pulumi.Output<string>;
  readonly bucketName: pulumi.Output<string>;
  readonly topicArn: pulumi.Output<string>;
  readonly eventsQueueUrl: pulumi.Output<string>;
  /** ARN of the guard policy; undefined where no group is reviewed. */
  readonly guardPolicyArn: pulumi.Output<string | undefined>;
  /** Ids of the own baselines, by name. */
  readonly baselineIds: pulumi.Output<Record<string, string>>;
  /** Ids of the maintenance windows, by window, or by window and date (`<window>-<yyyy-mm-dd>`). */
  readonly windowIds: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: PatchingLocationArgs, opts?: pulumi.ComponentResourceOptions) {
    super(type, name, {}, opts);
    const { plane, location, functions, sql } = args;
    const { groups, windows, published, reporter, operatorDocuments } = plannedLocation(plane, location);
    const common = { environment: plane.environment, location };
    const { athena } = plane.reports;
    const queried = athena?.location === location.name;

    const storage = new PatchStorage(
      `${name}-storage`,
      {
        ...common,
        logRetentionDays: plane.reports.logRetentionDays,
        syncInventory: plane.reports.syncInventory,
        queried,
        published,
      },
      { parent: this },
    );
    const access = new NodeAccess(
      `${name}-access`,
      { ...common, groups, defaultHostManagement: plane.nodes.defaultHostManagement },
      { parent: this },
    );
    const notifications = new PatchNotifications(
      `${name}-notifications`,
      { ...common, emails: plane.notifications.emails },
      { parent: this },
    );
    const baselines = new PatchBaselines(
      `${name}-baselines`,
      { ...common, baselines: plane.baselines, groups },
      { parent: this },
    );
    const windowIds = patchWindows(this, name, args, windows, { storage, access, notifications });
    new WindowAlarms(`${name}-alarms`, { ...common, windowIds, topicArn: notifications.topicArn }, { parent: this });
    if (reporter !== undefined) {
      new RunReporter(
        `${name}-reporter`,
        {
          ...common,
          names: reporter,
          code: new pulumi.asset.FileAsset(functions.runReporter),
          windowIds,
          bucketName: storage.bucketName,
          topicArn: notifications.topicArn,
          topicKeyArn: notifications.topicKeyArn,
        },
        { parent: this },
      );
    }
    new OperatorDocuments(`${name}-operators`, { ...common, documents: operatorDocuments }, { parent: this });
    if (queried) {
      const { scanLimitGigabytes } = athena;
      new ReportQueries(
        `${name}-queries`,
        {
          ...common,
          scanLimitGigabytes,
          bucketName: storage.bucketName,
          saved: savedQueries(sql, plane, athenaNames(plane.environment, location)),
        },
        { parent: this },
      );
    }
    new NodeAssociations(
      `${name}-associations`,
      { ...common, groups, nodes: plane.nodes, bucketName: storage.bucketName },
      { parent: this },
    );

    this.hybridRoleName = access.hybridRoleName;
    this.instancePolicyArn = access.instancePolicyArn;
    this.bucketName = storage.bucketName;
    this.topicArn = notifications.topicArn;
    this.eventsQueueUrl = notifications.eventsQueueUrl;
    this.guardPolicyArn = access.guardPolicyArn;
    this.baselineIds = baselines.baselineIds;
    this.windowIds = pulumi.all(windowIds);
    this.registerOutputs({
      hybridRoleName: this.hybridRoleName,
      instancePolicyArn: this.instancePolicyArn,
      bucketName: this.bucketName,
      topicArn: this.topicArn,
      eventsQueueUrl: this.eventsQueueUrl,
      guardPolicyArn: this.guardPolicyArn,
      baselineIds: this.baselineIds,
      windowIds: this.windowIds,
    });
  }
}
