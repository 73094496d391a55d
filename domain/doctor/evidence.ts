import type { Known, LiveLocation } from "../drift/location.ts";
import type { TrustedKey } from "../onboarding/trustedKeys.ts";
import type { Location } from "../plane.ts";
import type { RightPurpose } from "../stack/nodeRights.ts";
import type { FleetEvidence } from "../status/judgeFleet.ts";

/** Whom a location takes the caller for (STS GetCallerIdentity). */
export interface Identity {
  /** Twelve digits. */
  readonly accountId: string;
  readonly arn: string;
}

/** A subscription of a topic (SNS ListSubscriptionsByTopic). */
export interface TopicSubscription {
  readonly protocol: string;
  readonly endpoint: string;
  readonly confirmed: boolean;
}

/** A topic as it stands in AWS. */
export interface LiveTopic {
  /** Id, ARN or alias of the key that encrypts it; left out where it is not encrypted. */
  readonly keyId?: string;
  /** Who may publish to it, as JSON. */
  readonly policy: string;
  readonly subscriptions: readonly TopicSubscription[];
}

/** A key as it stands in AWS (KMS DescribeKey). */
export interface LiveKey {
  readonly arn: string;
  /** `Enabled`, `Disabled`, `PendingDeletion`, … */
  readonly state: string;
  /** `CUSTOMER`, or `AWS` for the key that a service has by itself. */
  readonly manager: string;
  readonly deletedAt?: Date;
  /** JSON; left out where it was not asked for: of a key that is AWS's, or is not enabled. */
  readonly policy?: string;
}

/** A resource data sync as it stands in AWS. */
export interface LiveDataSync {
  /** `Successful`, `Failed` or `InProgress`; empty before the first time. */
  readonly status: string;
  readonly message: string;
  readonly succeededAt?: Date;
}

/** A function as it stands in AWS (Lambda GetFunctionConfiguration). */
export interface LiveFunction {
  /** `Active`, `Pending`, `Inactive` or `Failed`. */
  readonly state: string;
  /** `Successful`, `InProgress` or `Failed`. */
  readonly updateStatus: string;
  /** What AWS says of either, where it says something. */
  readonly reason: string;
  readonly changedAt?: Date;
  /** `runtime`, `handler`, `memorySize`, `timeout`, `role` (its ARN) and `logGroup`. */
  readonly settings: Readonly<Record<string, string | number | undefined>>;
  /** Its environment. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Who may call a function (Lambda GetPolicy), and what becomes of calls that it does not take (GetFunctionEventInvokeConfig). */
export interface LiveCalls {
  /** JSON; left out where nobody may. */
  readonly policy?: string;
  /** How long Lambda keeps a call; this and the following undefined where Lambda's own way goes. */
  readonly eventAgeSeconds: number | undefined;
  readonly retries: number | undefined;
  /** ARN of what gets a call that is given up. */
  readonly onFailure: string | undefined;
}

/** What a rule of EventBridge hands its events to. */
export interface LiveRuleTarget {
  readonly id: string;
  readonly arn: string;
  /** ARN of the queue of what it does not take. */
  readonly deadLetters: string | undefined;
  /** Whether it is given something else than the event. */
  readonly isShaped: boolean;
}

/** A rule as it stands in AWS (EventBridge DescribeRule, ListTargetsByRule). */
export interface LiveRule {
  readonly enabled: boolean;
  /** JSON. */
  readonly pattern: string;
  readonly targets: readonly LiveRuleTarget[];
}

/** An alarm on a metric as it stands in AWS (CloudWatch DescribeAlarms). */
export interface LiveAlarm {
  readonly actionsEnabled: boolean;
  /** ARNs of what is told when it goes off. */
  readonly actions: readonly string[];
  /** By the names of AWS's API, with a small letter. */
  readonly settings: Readonly<Record<string, string | number | undefined>>;
  readonly dimensions: Readonly<Record<string, string | undefined>>;
}

/** A queue as it stands in AWS (SQS GetQueueAttributes). */
export interface LiveQueue {
  /** JSON. */
  readonly policy: string;
  /** Of the key of KMS that encrypts it; undefined where SQS does by itself. */
  readonly keyId: string | undefined;
}

/** A role of the stack as it stands in AWS; its policies are JSON. */
export interface LiveRole {
  readonly trust: string;
}

/** What a role of the stack may do in AWS, as far as it was asked for. */
export interface LiveRights {
  /** Its policy within; left out where there is none. */
  readonly inline?: string;
  /** ARNs of policies that are attached. */
  readonly attached: readonly string[];
}

/** A document as it stands in AWS, in its default version. */
export interface LiveDocument {
  /** `Active`, `Creating`, `Updating`, `Deleting` or `Failed`. */
  readonly status: string;
  /** JSON. */
  readonly content: string;
}

/** A bucket as it stands in AWS. */
export interface LiveBucket {
  /** Its policy, as JSON; left out where it has none. */
  readonly policy?: string;
}

/** An EC2 instance as it stands in AWS (EC2 DescribeInstances). */
export interface LiveInstance {
  /** `pending`, `running`, `stopping` or `stopped`. */
  readonly state: string;
  /** ARN of its instance profile. */
  readonly profile?: string;
  /** Whether its instance metadata service is on. */
  readonly metadata: boolean;
}

/** Something that a role needs and may not do (IAM SimulatePrincipalPolicy). */
export interface Denial {
  readonly purpose: RightPurpose;
  readonly action: string;
  readonly resource: string;
  /** `nothing` allows it, or what denies it. */
  readonly by: "nothing" | "denial" | "boundary" | "organization";
}

/** A role that EC2 instances of the fleet have their credentials from. */
export interface LiveNodeRole {
  /** ARN of the instance profile, or of the role of Default Host Management. */
  readonly profile: string;
  /** ARN of the role; left out where the profile is gone, or has none. */
  readonly role?: string;
  /** Ids of the instances. */
  readonly instances: readonly string[];
  /** What it may not do of what it needs; left out where the role is gone. */
  readonly denied?: readonly Denial[];
}

/** What was read of a location besides its nodes; each part by itself, because each needs a right of its own. */
export interface LocationExam {
  readonly location: Location;
  readonly identity: Known<Identity>;
  readonly live: Known<LiveLocation>;
  /** Those of the stack's roles that are there, by name. */
  readonly roles: Known<ReadonlyMap<string, LiveRole>>;
  /** What they may do, of those that are there and were asked for. */
  readonly rights: Known<ReadonlyMap<string, LiveRights>>;
  /** What those of the stack's policies that are there say, as JSON, by ARN. */
  readonly policies: Known<ReadonlyMap<string, string>>;
  /** Instances of rows, by id; one that is not there has nothing. */
  readonly instances: Known<ReadonlyMap<string, LiveInstance>>;
  /** What such instances have their credentials from. */
  readonly nodeRoles: Known<readonly LiveNodeRole[]>;
  /** Path and name of the role of Default Host Management in force; empty where there is none. */
  readonly defaultHost: Known<string>;
  /** Whether Systems Manager has its own role in the account. */
  readonly serviceLinkedRole: Known<boolean>;
  /** Those of the stack's documents that are there, by name. */
  readonly documents: Known<ReadonlyMap<string, LiveDocument>>;
  /** The value is undefined where there is no such bucket. */
  readonly bucket: Known<LiveBucket | undefined>;
  /** MD5 of the content, in hexadecimal digits, of those of the stack's objects that are in the bucket, by key. */
  readonly objects: Known<ReadonlyMap<string, string>>;
  /** The value is undefined where there is no such topic; so with the following. */
  readonly topic: Known<LiveTopic | undefined>;
  /** Of the topic; undefined also where it has none. */
  readonly topicKey: Known<LiveKey | undefined>;
  readonly dataSync: Known<LiveDataSync | undefined>;
  readonly reporter: Known<LiveFunction | undefined>;
  /** Of the same function; nothing of one that is not there. */
  readonly reporterCalls: Known<LiveCalls | undefined>;
  /** Those of the stack's rules that are there, by name; so with the following. */
  readonly rules: Known<ReadonlyMap<string, LiveRule>>;
  readonly alarms: Known<ReadonlyMap<string, LiveAlarm>>;
  readonly queues: Known<ReadonlyMap<string, LiveQueue>>;
  /** Folders of reports that hold one, of those that the last runs should have left. */
  readonly reports: Known<ReadonlySet<string>>;
}

/** What `doctor` judges by. */
export interface DoctorEvidence {
  readonly fleet: FleetEvidence;
  /** In the plane's order. */
  readonly locations: readonly LocationExam[];
  /** Of the scripts that rows name. */
  readonly keys: readonly TrustedKey[];
}
