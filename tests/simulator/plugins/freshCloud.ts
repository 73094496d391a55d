import type { MachineSpec } from "../../../simulator/world/machineSpec.ts";
import { cloud, inFreshCloud } from "../freshCloud.ts";
import { closePlugins, configuredAws, configuredAzure, type PluginClient } from "./pluginClient.ts";

/** The provider the running spec has: live bindings, made anew before each one. */
export let aws: PluginClient;
export let azure: PluginClient;

/** A fresh cloud and AWS provider for every spec of a suite. */
export function withFreshAws(): void {
  inFreshCloud();
  beforeEach(async () => {
    aws = await configuredAws(cloud);
  });
  afterEach(closePlugins);
}

/** A fresh cloud and azure-native provider for every spec of a suite. */
export function withFreshAzure(machines: readonly MachineSpec[]): void {
  inFreshCloud(machines);
  beforeEach(async () => {
    azure = await configuredAzure(cloud);
  });
  afterEach(closePlugins);
}
