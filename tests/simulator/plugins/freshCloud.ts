import { SSM } from "@aws-sdk/client-ssm";
import type { Cloud } from "../../../simulator/index.ts";
import { cloudWith, closeClouds, ireland } from "../cloudFixture.ts";
import { closePlugins, configuredAws, type PluginClient } from "./pluginClient.ts";

/** What the running spec has: live bindings, made anew before each one. */
export let cloud: Cloud;
export let aws: PluginClient;
export let ssm: SSM;

/** A fresh cloud and provider for every spec of a suite. */
export function inFreshCloud(): void {
  beforeEach(async () => {
    cloud = await cloudWith([]);
    aws = await configuredAws(cloud);
    ssm = new SSM({
      endpoint: cloud.url,
      region: ireland,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
  });

  afterEach(async () => {
    closePlugins();
    await closeClouds();
  });
}
