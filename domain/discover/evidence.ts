import type { ManagedNode } from "../fleet/managedNode.ts";
import type { Location, Subscription } from "../plane.ts";

/** An EC2 instance that is not being terminated (DescribeInstances). */
export interface FoundInstance {
  readonly id: string;
  /** Whether it is running or about to. */
  readonly running: boolean;
  /** In EC2's words, e.g. `x86_64`. */
  readonly architecture: string;
  /** EC2's name of what the licence is for, e.g. `Linux/UNIX` or `Windows`. */
  readonly platformDetails: string;
  /** Name of the image it was launched from; left out where that is not asked for, or is no more. */
  readonly imageName?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A VM's image in the gallery; left out for one of one's own. */
export interface ImageReference {
  readonly publisher: string;
  readonly offer: string;
  readonly sku: string;
}

/** An Azure VM as Resource Graph has it; a text that Azure does not say is empty. */
export interface FoundVm {
  /** Lower-cased. */
  readonly id: string;
  readonly name: string;
  readonly resourceGroup: string;
  readonly region: string;
  /** Azure's `vmId`, lower-cased. */
  readonly vmId: string;
  readonly size: string;
  readonly running: boolean;
  /** The guest agent's word. */
  readonly osName: string;
  readonly osVersion: string;
  readonly image?: ImageReference;
  readonly patchMode: string;
  readonly automaticUpdates: boolean;
  /** Whether it takes extensions and run commands (`osProfile.allowExtensionOperations`). */
  readonly takesExtensions: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** Name of the extension that holds the one slot for CustomScript, where it is not this project's. */
  readonly otherScript?: string;
  /** Name of an extension that has failed, where it is not this project's. */
  readonly failedExtension?: string;
  /** What Azure says of its guest agent, e.g. `Not Ready`; left out where that was not asked. */
  readonly guestAgent?: string;
}

/** Everything of one account and Region that a fleet file is made of. */
export interface FoundLocation {
  readonly location: Location;
  readonly instances: readonly FoundInstance[];
  readonly nodes: readonly ManagedNode[];
  /** Azure's `vmId` by id of a hybrid node, as far as its activation or its tags tell it. */
  readonly vmIds: ReadonlyMap<string, string>;
  /** Value of the Environment tag of a hybrid node, as far as either tells it. */
  readonly environments: ReadonlyMap<string, string>;
  /** Nodes with a package by which they patch themselves, and its name. */
  readonly selfUpgrading: ReadonlyMap<string, string>;
}

/** Everything of one subscription. */
export interface FoundSubscription {
  readonly subscription: Subscription;
  readonly vms: readonly FoundVm[];
  /** Rows' VMs that Resource Graph does not show and Azure Compute has; their ids. */
  readonly unlisted: ReadonlySet<string>;
}

/** What the clouds answered: each place, or why it could not be read. */
export interface Found {
  readonly locations: readonly (FoundLocation | { readonly location: Location; readonly failure: string })[];
  readonly subscriptions: readonly (
    FoundSubscription | { readonly subscription: Subscription; readonly failure: string }
  )[];
}
