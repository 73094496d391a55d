import type { Known, LiveLocation } from "../drift/location.ts";
import type { TrustedKey } from "../onboarding/trustedKeys.ts";
import type { Location } from "../plane.ts";
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
  readonly subscriptions: readonly TopicSubscription[];
}

/** A key as it stands in AWS (KMS DescribeKey). */
export interface LiveKey {
  /** `Enabled`, `Disabled`, `PendingDeletion`, … */
  readonly state: string;
  /** `CUSTOMER`, or `AWS` for the key that a service has by itself. */
  readonly manager: string;
  readonly deletedAt?: Date;
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
}

/** What was read of a location besides its nodes; each part by itself, because each needs a right of its own. */
export interface LocationExam {
  readonly location: Location;
  readonly identity: Known<Identity>;
  readonly live: Known<LiveLocation>;
  /** Names of those of the stack's roles that are there. */
  readonly roles: Known<ReadonlySet<string>>;
  /** Whether Systems Manager has its own role in the account. */
  readonly serviceLinkedRole: Known<boolean>;
  /** Status by name, of those of the stack's documents that are there. */
  readonly documents: Known<ReadonlyMap<string, string>>;
  /** Keys of those of the objects that tasks name that are in the bucket. */
  readonly objects: Known<ReadonlySet<string>>;
  /** The value is undefined where there is no such topic; so with the following. */
  readonly topic: Known<LiveTopic | undefined>;
  /** Of the topic; undefined also where it has none. */
  readonly topicKey: Known<LiveKey | undefined>;
  readonly dataSync: Known<LiveDataSync | undefined>;
  readonly reporter: Known<LiveFunction | undefined>;
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
