/** How ssm-setup-cli wraps what its own downloads say. */
const download = (text: string): string =>
  `ERROR [DownloadManager] initialization failed: error while downloading manifest: Get "https://amazon-ssm-eu-central-1.s3.eu-central-1.amazonaws.com/ssm-agent-manifest.json": ${text}`;

/** How it wraps what the agent says that it lets register. */
const registering = (text: string): string =>
  [
    "ERROR Failed to perform Onprem registration: failed to register agent: registration command failed with output: Error occurred fetching the seelog config file path: open /etc/amazon/ssm/seelog.xml: no such file or directory",
    "2026-11-23 00:00:00 ERROR Registration failed due to error registering the instance with AWS SSM. RequestError: send request failed",
    `caused by: Post "https://ssm.eu-central-1.amazonaws.com/": ${text}`,
  ].join("\n");

/** Error texts of Go's network layers, by the exit code that says what to do about them. */
const byCode: Readonly<Record<30 | 31 | 32, readonly string[]>> = {
  30: [
    // net: DNSError, behind the dialler's or the proxy's prefix.
    "dial tcp: lookup ssm.eu-central-1.amazonaws.com on 168.63.129.16:53: no such host",
    "dial tcp: lookup ssm.eu-central-1.amazonaws.com: no such host",
    "dial tcp: lookup ssm.eu-central-1.amazonaws.com on 10.0.0.2:53: server misbehaving",
    "dial tcp: lookup ssm.eu-central-1.amazonaws.com: Temporary failure in name resolution",
    "dial tcp: lookup ssm.eu-central-1.amazonaws.com on 10.0.0.2:53: read udp 10.0.0.4:40112->10.0.0.2:53: i/o timeout",
    "dial tcp: lookup ssm.eu-central-1.amazonaws.com on 10.0.0.2:53: read udp 10.0.0.4:40112->10.0.0.2:53: read: connection refused",
    "dial tcp: lookup ssm.eu-central-1.amazonaws.com on 10.0.0.2:53: dial udp 10.0.0.2:53: connect: network is unreachable",
    "dial tcp: lookup ssm.eu-central-1.amazonaws.com on 10.0.0.2:53: no answer from DNS server",
    "dial tcp: lookup ssm.eu-central-1.amazonaws.com on 10.0.0.2:53: lame referral",
    "dial tcp: lookup ssm.eu-central-1.amazonaws.com on 10.0.0.2:53: cannot unmarshal DNS message",
    "dial tcp: lookup ssm.eu-central-1.amazonaws.com: i/o timeout",
    "dial tcp: lookup ssm.eu-central-1.amazonaws.com: operation was canceled",
    "dial tcp: lookup ssm.eu-central-1.amazonaws.com: getaddrinfow: This is usually a temporary error during hostname resolution and means that the local server did not receive a response from an authoritative server.",
    "proxyconnect tcp: dial tcp: lookup proxy.example on 10.0.0.2:53: no such host",
    "socks connect tcp proxy.example:1080->ssm.eu-central-1.amazonaws.com:443: dial tcp: lookup proxy.example: no such host",
  ],
  31: [
    // net: OpError and the kernel's own words.
    "dial tcp 203.0.113.7:443: connect: connection refused",
    "dial tcp 203.0.113.7:443: connect: no route to host",
    "dial tcp 203.0.113.7:443: connect: network is unreachable",
    "dial tcp 203.0.113.7:443: connect: connection timed out",
    "dial tcp 203.0.113.7:443: connect: permission denied",
    "dial tcp 203.0.113.7:443: i/o timeout",
    "dial tcp [2001:db8::7]:443: connect: cannot assign requested address",
    "dial tcp 203.0.113.7:443: connectex: No connection could be made because the target machine actively refused it.",
    "dial tcp 203.0.113.7:443: connectex: A socket operation was attempted to an unreachable network.",
    "read tcp 10.0.0.4:40112->203.0.113.7:443: read: connection reset by peer",
    "read tcp 10.0.0.4:40112->203.0.113.7:443: i/o timeout",
    "read tcp 10.0.0.4:40112->203.0.113.7:443: wsarecv: An existing connection was forcibly closed by the remote host.",
    "write tcp 10.0.0.4:40112->203.0.113.7:443: write: broken pipe",
    "EOF",
    "unexpected EOF",
    "context deadline exceeded",
    "context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
    // net/http: the transport.
    "net/http: request canceled while waiting for connection",
    "net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
    "net/http: timeout awaiting response headers",
    "net/http: HTTP/1.x transport connection broken: malformed HTTP response",
    "http: server closed idle connection",
    "http2: server sent GOAWAY and closed the connection",
    "http2: client connection lost",
    // net/http: a proxy's refusal of CONNECT is told by its words alone.
    "Proxy Authentication Required",
    "Forbidden",
    "Bad Gateway",
    "Service Unavailable",
    "Gateway Timeout",
    "Blocked by policy 17",
    "unknown status code",
    "malformed HTTP response",
    "proxyconnect tcp: dial tcp 10.0.0.9:3128: connect: connection refused",
    "proxyconnect tcp: dial tcp 10.0.0.9:3128: i/o timeout",
    "proxyconnect tcp: EOF",
    "socks connect tcp proxy.example:1080->ssm.eu-central-1.amazonaws.com:443: unknown error general SOCKS server failure",
    "socks connect tcp proxy.example:1080->ssm.eu-central-1.amazonaws.com:443: username/password authentication failed",
    'invalid proxy URL port "proxy"',
    "unsupported protocol scheme",
  ],
  32: [
    // crypto/tls: its own errors, and alerts of both sides.
    "tls: first record does not look like a TLS handshake",
    "tls: server selected unsupported protocol version 301",
    "tls: oversized record received with length 20527",
    "tls: failed to verify certificate: x509: certificate signed by unknown authority",
    "tls: failed to verify certificate: x509: certificate is valid for *.proxy.example, not ssm.eu-central-1.amazonaws.com",
    "remote error: tls: handshake failure",
    "remote error: tls: protocol version not supported",
    "remote error: tls: bad certificate",
    "remote error: tls: internal error",
    "remote error: tls: unrecognized name",
    "remote error: tls: access denied",
    "local error: tls: bad record MAC",
    "local error: tls: unexpected message",
    "proxyconnect tcp: tls: first record does not look like a TLS handshake",
    "net/http: TLS handshake timeout",
    "http: server gave HTTP response to HTTPS client",
    // crypto/x509, as Go before 1.20 says it and as it is wrapped since.
    "x509: certificate signed by unknown authority",
    'x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "proxy")',
    "x509: certificate has expired or is not yet valid: current time 2016-01-01T00:00:00Z is before 2026-01-01T00:00:00Z",
    "x509: certificate is not valid for any names, but wanted to match ssm.eu-central-1.amazonaws.com",
    "x509: cannot validate certificate for 203.0.113.7 because it doesn't contain any IP SANs",
    "x509: certificate relies on legacy Common Name field, use SANs instead",
    "x509: certificate is not authorized to sign other certificates",
    "x509: failed to load system roots and no roots provided",
    "x509: malformed certificate",
  ],
};

/** A text of the installer, and the exit code that it means. */
export interface InstallerText {
  readonly says: string;
  readonly exitCode: number;
}

/** What ssm-setup-cli may print, network layers in both of its wrappings. */
export const installerTexts: readonly InstallerText[] = [
  ...Object.entries(byCode).flatMap(([code, texts]) =>
    texts.flatMap((text) => [download(text), registering(text)].map((says) => ({ says, exitCode: Number(code) }))),
  ),
  ...(
    [
      [31, "ERROR failed to register agent: registration command timed out with output: "],
      [
        31,
        "ERROR failed to read response from https://amazon-ssm-eu-central-1.s3.eu-central-1.amazonaws.com/stable/VERSION: unexpected EOF",
      ],
      [
        31,
        "ERROR Registration failed due to error registering the instance with AWS SSM. SerializationError: failed to unmarshal response error\n\tstatus code: 403, request id: ",
      ],
      [33, "ERROR error while downloading manifest: http request failed. status:403 Forbidden statuscode:403"],
      [33, "ERROR failed to get stable version: unsuccessful request: response code: 404"],
      [50, "ERROR Registration failed due to error registering the instance with AWS SSM. ActivationExpired: "],
      [51, "ERROR Registration failed due to error registering the instance with AWS SSM. InvalidActivation: "],
      [52, "ERROR Registration failed due to error registering the instance with AWS SSM. RegistrationLimitExceeded: "],
      [
        55,
        "ERROR Registration failed due to error registering the instance with AWS SSM. RegistrationLimitExceeded: Registration limit of 1000 reached for SSM On-prem managed instances.",
      ],
      [
        55,
        "ERROR Registration failed due to error registering the instance with AWS SSM. RegistrationLimitExceeded: Registration limit of 20000 reached for SSM On-prem managed instances.",
      ],
      [
        53,
        "ERROR installation failed dpkg install: Failed to install deb package with output '' and error: exit status 1",
      ],
      [
        53,
        "ERROR failed to verify signature file: gpg is not installed. Please install gpg to validate the signature of binaries or pass -skip-signature-validation flag",
      ],
      [53, "ERROR failed to get agent installation status: unexpected status output from dpkg -s: hold ok installed"],
      [53, "ERROR failed to stop agent: retries exhausted"],
      [
        53,
        "ERROR error while verifying installed ssm-setup-cli checksum: checksum mismatch with latest ssm-setup-cli. Please retry after downloading latest ssm-setup-cli",
      ],
    ] as const
  ).map(([exitCode, says]) => ({ says, exitCode })),
];
