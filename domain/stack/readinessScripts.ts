import { awsDomains } from "./partitions.ts";

/** What a server must have free, in MiB: updates are unpacked below the root and /var, a new kernel goes to /boot. */
const leastFreeMib = { root: 1024, boot: 100, windows: 4096 } as const;

/**
 * Files that must still be possible: kernel headers alone are some 20,000, and old agents kept every command's own.
 * https://github.com/aws/amazon-ssm-agent/issues/471
 */
const leastFreeInodes = 30_000;

/** How old what the distribution offers may be, in days: Amazon Linux 2023 has a release every two weeks, the others daily updates. */
const mostSourceDays = 45;

/** How far a server's clock may be from AWS's, in seconds: beyond five minutes AWS refuses what the server signs. */
const mostClockSeconds = 120;

/** What the readiness document looks at on a server, in its order; each is a function of both scripts, `check_<id>`. */
export const readinessChecks = ["aws", "repository", "withheld", "lock", "disk", "clock"] as const;

/** One of {@link readinessChecks}. */
export type ReadinessCheck = (typeof readinessChecks)[number];

/** What every line of an answer begins with. */
export const readinessMark = "patchplane-check";

const kib = (mib: number): string => String(mib * 1024);
const calls = readinessChecks.map((id) => `check_${id}`);

/**
 * POSIX shell. It changes nothing but dnf's and yum's own copies of what repositories offer, as a scan does. apt updates
 * a copy of its own in the folder, by the server's settings, proxies and keys among them.
 */
export const linuxReadiness: readonly string[] = [
  "set -u",
  // An agent takes over the language of its machine.
  "export LC_ALL=C",
  'region="{{ Region }}"',
  'case "$region" in',
  ...awsDomains.map(([prefix, domain]) => `  ${prefix}*) domain=${domain} ;;`),
  "  *) domain=amazonaws.com ;;",
  "esac",
  // In memory, because the disk may be full.
  'folder="$(mktemp -d -p /run patchplane-XXXXXX 2>/dev/null || mktemp -d)" || exit 1',
  "trap 'rm -rf \"$folder\"' EXIT",
  "say() {",
  // The address of a repository may hold a password.
  "  words=\"$(printf '%s' \"$3\" | tr '\\n' ' ' | sed 's|://[^/@ ]*@|://(credentials)@|g' | cut -c1-600)\"",
  `  printf '${readinessMark} %s %s %s\\n' "$1" "$2" "$words"`,
  "}",
  "judge() {",
  '  if [ -z "$2" ]; then say "$1" ok "$3"; else say "$1" failed "${2%; }"; fi',
  "}",
  'has() { command -v "$1" >/dev/null 2>&1; }',
  // Any answer over TLS will do: what is asked for is nothing that AWS has. curl says why there was none.
  "reach() {",
  '  words="$(curl -sS -o /dev/null --connect-timeout 10 --max-time 20 "https://$1/" 2>&1)" || printf \'%s: %s; \' "$1" "$words"',
  "}",
  "check_aws() {",
  '  has curl || { say aws unknown "curl is not installed, so nothing can be tried"; return; }',
  '  bad=""',
  '  for host in "ssm.$region" "aws-ssm-$region.s3.$region" "patch-baseline-snapshot-$region.s3.$region"; do',
  '    bad="$bad$(reach "$host.$domain")"',
  "  done",
  '  messages="$(reach "ssmmessages.$region.$domain")"',
  '  [ -z "$messages" ] || [ -z "$(reach "ec2messages.$region.$domain")" ] || bad="$bad$messages"',
  '  judge aws "$bad" "Systems Manager and its buckets in S3 answer"',
  "}",
  // The signed lists of what there is, without the indexes and without what others hang on to an update.
  "update_apt() {",
  "  printf '#clear Acquire::IndexTargets;\\n#clear APT::Update;\\n' >\"$folder/conf\"",
  '  mkdir -p "$folder/lists/partial"',
  '  timeout 300 apt-get update -c "$folder/conf" -o Dir::State::lists="$folder/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Acquire::Retries=0 -o APT::Sandbox::User=root </dev/null >"$folder/words" 2>&1',
  '  [ "$?" -ne 124 ] || echo "E: no end within five minutes" >>"$folder/words"',
  "}",
  // Its exit code tells nothing: it goes on with what it had. Below the source that failed stands why.
  "apt_words() {",
  '  awk \'/^Err:/ { sub(/^Err:[0-9]+ */, ""); getline why; sub(/^ +/, "", why); printf "%s: %s; ", $0, why }',
  '    /^E: / { printf "%s; ", substr($0, 4) }\' "$folder/words"',
  "}",
  // All of them have to answer, and now: neither a repository that may be missed nor what is cached counts.
  "makecache() {",
  "  if has dnf; then",
  "    timeout 300 dnf --refresh --setopt='*.skip_if_unavailable=0' --setopt=exit_on_lock=1 makecache",
  "  else",
  "    timeout 300 yum --setopt='*.skip_if_unavailable=0' --setopt=exit_on_lock=1 makecache fast",
  "  fi",
  "}",
  "check_repository() {",
  '  bad=""',
  "  if has apt-get; then",
  "    update_apt",
  '    bad="$(apt_words)"',
  '    count="$(find "$folder/lists" -name "*Release" | wc -l)"',
  '    [ -n "$bad" ] || [ "$count" -gt 0 ] || bad="apt has no source"',
  "  else",
  "    count=all",
  '    makecache >"$folder/words" 2>&1 </dev/null',
  '    code="$?"',
  // dnf without any repository ends well; with exit_on_lock both end with 200.
  "    if grep -qi 'no enabled repo' \"$folder/words\"; then",
  '      bad="none is enabled"',
  '    elif [ "$code" -eq 200 ]; then',
  '      say repository unknown "another package manager is at work: $(grep -i -m 1 lock "$folder/words")"',
  "      return",
  '    elif [ "$code" -ne 0 ]; then',
  '      bad="makecache ended with $code: $(tail -n 3 "$folder/words")"',
  "    fi",
  "  fi",
  '  judge repository "$bad" "$count of its repositories answer"',
  "}",
  // What is left out here, or stays at a version, is missing in no report. Lines, because the same file has two names.
  "lines() {",
  '  pattern="$1"',
  "  shift",
  "  grep -hE \"$pattern\" \"$@\" 2>/dev/null | sort -u | tr '\\n' ' '",
  "}",
  "told() {",
  '  [ -z "$2" ] || printf \'%s: %s; \' "$1" "${2% }"',
  "}",
  // A mirror that is no longer synchronised answers as well as any other.
  "aged() {",
  '  newest="$(while read -r day; do date -d "$day" +%s; done 2>/dev/null | sort -n | tail -n 1)"',
  `  [ -z "$newest" ] || [ "$(($(date +%s) - newest))" -le ${String(mostSourceDays * 86_400)} ] || told "its repositories stand still since" "$(date -u -d "@$newest" +%F)"`,
  "}",
  // By suite or host Patch Manager knows the sources of security updates.
  "offered_apt() {",
  '  [ -z "$(apt_words)" ] || return 0',
  '  find "$folder/lists" -name "*Release" >"$folder/all" 2>/dev/null',
  '  [ -s "$folder/all" ] || return 0',
  '  xargs grep -lEi "^Suite:.*security" /dev/null <"$folder/all" >"$folder/secure"',
  '  grep "/security.debian.org_" "$folder/all" >>"$folder/secure"',
  '  [ -s "$folder/secure" ] || { printf "none of its sources is one of security updates; "; return; }',
  "  xargs sed -n 's/^Date: //p' <\"$folder/secure\" | aged",
  "}",
  // Patch Manager goes by the notices, which many a mirror leaves out.
  "cached() {",
  "  manager=yum",
  "  ! has dnf || manager=dnf",
  '  timeout 120 "$manager" -C -q --setopt=exit_on_lock=1 "$@" >"$folder/words" 2>/dev/null',
  "}",
  "offered_rpm() {",
  "  cached updateinfo list all || return 0",
  '  [ -s "$folder/words" ] || printf "no repository has security notices (updateinfo); "',
  // Amazon Linux 2023 looks at the release of its image, and Patch Manager, by AWS's guide, at the newest.
  '  [ "$manager" = yum ] || [ "$release" = "latest " ] || return 0',
  "  ! cached repolist -v || sed -n 's/^Repo-updated *: *//p' \"$folder/words\" | aged",
  "}",
  // Of the running kernel's line and flavour; one that was installed since the start awaits a reboot.
  "booted() {",
  '  release="$(uname -r)"',
  '  [ -e "/boot/vmlinuz-$release" ] || return 0',
  '  line="$(echo "$release" | cut -d. -f1-2)"',
  '  flavour="${release##*[0-9]}"',
  '  last="$(find /boot -name "vmlinuz-$line.*$flavour" | sort -V | tail -n 1)"',
  '  [ "$last" = "/boot/vmlinuz-$release" ] || [ "$(stat -c %Z "$last")" -ge "$(awk \'$1 == "btime" { print $2 }\' /proc/stat)" ] ||',
  '    told "it boots $release, though newer is installed" "${last#/boot/vmlinuz-}"',
  "}",
  "check_withheld() {",
  "  if has apt-get; then",
  '    bad="$(told "on hold" "$(apt-mark showhold 2>/dev/null | tr \'\\n\' \' \')")"',
  "    bad=\"$bad$(told \"pinned below 0 in\" \"$(grep -lE '^Pin-Priority: *-' /etc/apt/preferences /etc/apt/preferences.d/* 2>/dev/null | tr '\\n' ' ')\")\"",
  '    bad="$bad$(offered_apt)"',
  "  else",
  '    bad="$(told "left out" "$(lines \'^ *(exclude(pkgs)?|includepkgs) *= *[^ ]\' /etc/yum.conf /etc/dnf/dnf.conf /etc/yum.repos.d/*.repo)")"',
  '    bad="$bad$(told "kept at a version" "$(lines \'^ *[^ #]\' /etc/yum/pluginconf.d/versionlock.list /etc/dnf/plugins/versionlock.list)")"',
  '    release="$(lines . /etc/dnf/vars/releasever /etc/yum/vars/releasever)"',
  '    [ "$release" = "latest " ] || bad="$bad$(told "repositories kept at release" "$release")"',
  '    bad="$bad$(offered_rpm)"',
  "  fi",
  '  bad="$bad$(booted)"',
  '  judge withheld "$bad" "nothing keeps updates back"',
  "}",
  // dpkg and rpm lock by POSIX locks, which the kernel lists by the file's inode.
  "holder() {",
  '  [ -e "$1" ] || return 0',
  '  pid="$(awk -v end=":$(stat -c %i "$1")" \'substr($6, length($6) - length(end) + 1) == end { print $5; exit }\' /proc/locks)"',
  '  [ -z "$pid" ] || printf \'%s is held by process %s (%s); \' "$1" "$pid" "$(cat "/proc/$pid/comm" 2>/dev/null)"',
  "}",
  "runner() {",
  '  [ -s "$1" ] || return 0',
  '  pid="$(tr -dc 0-9 <"$1")"',
  '  [ -z "$pid" ] || [ ! -d "/proc/$pid" ] || printf \'%s names process %s (%s); \' "$1" "$pid" "$(cat "/proc/$pid/comm" 2>/dev/null)"',
  "}",
  "check_lock() {",
  '  bad=""',
  "  for file in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/lib/rpm/.rpm.lock /usr/lib/sysimage/rpm/.rpm.lock; do",
  '    bad="$bad$(holder "$file")"',
  "  done",
  "  for file in /var/run/yum.pid /var/cache/dnf/metadata_lock.pid /var/cache/dnf/download_lock.pid /var/lib/dnf/rpmdb_lock.pid; do",
  '    bad="$bad$(runner "$file")"',
  "  done",
  '  judge lock "$bad" "no other package manager is at work"',
  "}",
  "room() {",
  '  [ -d "$1" ] || return 0',
  '  free="$(df -Pk "$1" | awk \'NR == 2 { print $4 }\')"',
  '  [ "${free:-0}" -ge "$2" ] || printf \'%s has %s MiB free, and %s are wanted; \' "$1" "$((${free:-0} / 1024))" "$(($2 / 1024))"',
  "}",
  "inodes() {",
  // A file system that makes them when it needs them says that it has none.
  '  free="$(df -Pi "$1" 2>/dev/null | awk \'NR == 2 && $2 > 0 { print $4 }\')"',
  '  [ "${free:-$2}" -ge "$2" ] || printf \'%s has %s inodes free, and %s are wanted; \' "$1" "$free" "$2"',
  "}",
  "check_disk() {",
  `  bad="$(room / ${kib(leastFreeMib.root)})$(room /var ${kib(leastFreeMib.root)})$(room /boot ${kib(leastFreeMib.boot)})"`,
  `  bad="$bad$(inodes / ${String(leastFreeInodes)})$(inodes /var ${String(leastFreeInodes)})"`,
  '  judge disk "$bad" "there is room on /, /var and /boot"',
  "}",
  "check_clock() {",
  // To a clock that is far off no certificate is valid.
  "  theirs=\"$(curl -sSIk --max-time 20 \"https://ssm.$region.$domain/\" 2>/dev/null | tr -d '\\r' | sed -n 's/^[Dd]ate: //p')\"",
  '  [ -n "$theirs" ] || { say clock unknown "Systems Manager did not say what time it is"; return; }',
  '  off="$(($(date +%s) - $(date -d "$theirs" +%s)))"',
  '  bad=""',
  `  [ "\${off#-}" -le ${String(mostClockSeconds)} ] || bad="its clock is \${off#-} seconds from that of AWS"`,
  '  judge clock "$bad" "its clock is that of AWS"',
  "}",
  ...calls,
];

/** Windows PowerShell 5.1. Changes nothing. */
export const windowsReadiness: readonly string[] = [
  "$ErrorActionPreference = 'Stop'",
  "$region = '{{ Region }}'",
  "$domain = 'amazonaws.com'",
  ...awsDomains.map(([prefix, domain]) => `if ($region.StartsWith('${prefix}')) { $domain = '${domain}' }`),
  "[Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12",
  `function say($id, $state, $words) { Write-Output ('${readinessMark} ' + $id + ' ' + $state + ' ' + ("$words" -replace '\\s+', ' ')) }`,
  "function judge($id, $bad, $fine) { if ($bad) { say $id 'failed' ($bad -join '; ') } else { say $id 'ok' $fine } }",
  // Any answer over TLS will do: what is asked for is nothing that AWS has.
  "function date_of($url) {",
  "  $request = [Net.WebRequest]::Create($url)",
  "  $request.Timeout = 20000",
  "  try { $response = $request.GetResponse() } catch {",
  "    $failure = $_.Exception",
  "    while ($failure -and -not ($failure -is [Net.WebException])) { $failure = $failure.InnerException }",
  "    if (-not $failure -or -not $failure.Response) { throw }",
  "    $response = $failure.Response",
  "  }",
  "  $date = $response.Headers['Date']",
  "  $response.Close()",
  "  $date",
  "}",
  "function reach($url) { try { date_of $url | Out-Null } catch { $url + ': ' + $_.Exception.Message } }",
  "function connect($name, $port) {",
  "  $client = New-Object Net.Sockets.TcpClient",
  "  try { if (-not $client.ConnectAsync($name, $port).Wait(20000)) { throw 'no answer' } }",
  "  catch { $name + ': ' + $_.Exception.GetBaseException().Message } finally { $client.Close() }",
  "}",
  "function check_aws {",
  "  $bad = @('ssm.', 'aws-ssm-{{ Region }}.s3.', 'patch-baseline-snapshot-{{ Region }}.s3.' | ForEach-Object { reach ('https://' + $_ + $region + '.' + $domain + '/') })",
  "  $messages = reach ('https://ssmmessages.' + $region + '.' + $domain + '/')",
  "  if ($messages -and (reach ('https://ec2messages.' + $region + '.' + $domain + '/'))) { $bad += $messages }",
  "  judge 'aws' $bad 'Systems Manager and its buckets in S3 answer'",
  "}",
  "function check_repository {",
  "  $policy = 'HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate'",
  "  $own = (Get-ItemProperty -Path ($policy + '\\AU') -Name UseWUServer -ErrorAction SilentlyContinue).UseWUServer -eq 1",
  "  $server = (Get-ItemProperty -Path $policy -Name WUServer -ErrorAction SilentlyContinue).WUServer",
  "  $bad = @()",
  "  if ((Get-CimInstance Win32_Service -Filter \"Name='wuauserv'\").StartMode -eq 'Disabled') { $bad += 'the service of Windows Update is disabled' }",
  "  if ($own -and $server) { $from = $server; $bad += @(reach $server) }",
  "  else { $from = 'Windows Update'; $bad += @(connect 'fe2.update.microsoft.com' 443) + @(connect 'download.windowsupdate.com' 80) }",
  "  judge 'repository' @($bad | Where-Object { $_ }) ($from + ' answers')",
  "}",
  // By WSUS and by a policy that defers, Windows Update offers less than a baseline approves.
  "function check_withheld {",
  "  $policy = 'HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate'",
  "  $set = Get-ItemProperty -Path $policy -ErrorAction SilentlyContinue",
  "  $own = (Get-ItemProperty -Path ($policy + '\\AU') -Name UseWUServer -ErrorAction SilentlyContinue).UseWUServer -eq 1",
  "  $bad = @()",
  "  if ($own -and $set.WUServer) { $bad += 'it is offered what WSUS approves: ' + $set.WUServer }",
  "  if ($set.DeferQualityUpdates -eq 1) { $bad += 'a policy defers updates by days: ' + $set.DeferQualityUpdatesPeriodInDays }",
  "  if ($set.PauseQualityUpdatesStartTime) { $bad += 'a policy pauses updates since ' + $set.PauseQualityUpdatesStartTime }",
  "  judge 'withheld' $bad 'nothing keeps updates back'",
  "}",
  "function check_lock {",
  "  $bad = @()",
  "  if ((New-Object -ComObject Microsoft.Update.Installer).IsBusy) { $bad += 'an installation by Windows Update is under way' }",
  "  judge 'lock' $bad 'no other installation is under way'",
  "}",
  "function check_disk {",
  "  $free = [math]::Floor((Get-CimInstance Win32_LogicalDisk -Filter \"DeviceID='$env:SystemDrive'\").FreeSpace / 1MB)",
  "  $bad = @()",
  `  if ($free -lt ${String(leastFreeMib.windows)}) { $bad += $env:SystemDrive + ' has ' + $free + ' MiB free, and ${String(leastFreeMib.windows)} are wanted' }`,
  "  judge 'disk' $bad ('there is room on ' + $env:SystemDrive)",
  "}",
  "function check_clock {",
  "  $theirs = date_of ('https://ssm.' + $region + '.' + $domain + '/')",
  "  $at = [DateTime]::ParseExact($theirs, 'r', [Globalization.CultureInfo]::InvariantCulture)",
  "  $off = [math]::Abs([math]::Round(([DateTime]::UtcNow - $at).TotalSeconds))",
  "  $bad = @()",
  `  if ($off -gt ${String(mostClockSeconds)}) { $bad += "its clock is $off seconds from that of AWS" }`,
  "  judge 'clock' $bad 'its clock is that of AWS'",
  "}",
  // What cannot be looked at is unknown, and keeps nothing else from being looked at.
  ...readinessChecks.flatMap((id) => [
    "try {",
    `  check_${id}`,
    `} catch { say '${id}' 'unknown' $_.Exception.Message }`,
  ]),
];
