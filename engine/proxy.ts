/**
 * Hosts that no proxy leads to: this machine, and what tells a machine of EC2, ECS, EKS or Azure who it is.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 * @see https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service: "proxies aren't supported"
 */
const direct = [
  ...["127.0.0.1", "localhost", "::1"],
  ...["169.254.169.254", "169.254.170.2", "169.254.170.23", "[fd00:ec2::254]", "[fd00:ec2::23]"],
];

/** Of two spellings the lower-cased one counts, as with curl and Node.js. */
function spellings(name: string): readonly [lower: string, upper: string] {
  return [name.toLowerCase(), name];
}

/**
 * What an environment says of proxies, so that everybody reads it alike: Pulumi's engine, gRPC, the SDKs of AWS and
 * Azure, `fetch`. An address without a scheme is one of an HTTP proxy, as curl has it, and this machine is asked
 * directly: engine, plugins and program speak to each other on 127.0.0.1, and gRPC for Node.js would ask the proxy for
 * that. Empty where no proxy is set.
 *
 * @see https://www.pulumi.com/docs/iac/operations/troubleshooting/connection-issues/
 */
export function proxyEnvironment(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const given = (name: string): string =>
    spellings(name)
      .map((each) => env[each]?.trim() ?? "")
      .find((value) => value !== "") ?? "";
  const proxies = ["HTTP_PROXY", "HTTPS_PROXY"].filter((name) => given(name) !== "");
  if (proxies.length === 0) return {};
  const address = (text: string): string => (text.includes("://") ? text : `http://${text}`);
  // gRPC for Node.js takes a blank behind a comma for a part of the name.
  const hosts = new Set([...given("NO_PROXY").split(/[\s,]+/), ...direct].filter((host) => host !== ""));
  return Object.fromEntries(
    [
      ...proxies.map((name) => [name, address(given(name))] as const),
      ["NO_PROXY", [...hosts].join(",")] as const,
    ].flatMap(([name, value]) => spellings(name).map((each) => [each, value] as const)),
  );
}
