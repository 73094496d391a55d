#!/bin/bash
# patchplane onboarding v2 for Linux: installs the AWS SSM Agent and registers this machine with a hybrid activation.
# Released and immutable: a change is a new version. https://docs.aws.amazon.com/systems-manager/latest/userguide/hybrid-multicloud-ssm-agent-install-linux.html
#
# Input, as variables of the shell or of the environment:
#   PATCHPLANE_ACTIVATION_ID, PATCHPLANE_ACTIVATION_CODE (secret), PATCHPLANE_REGION
#   PATCHPLANE_FORCE=true             registers anew although the machine is registered; its old node id is lost
#   PATCHPLANE_LOCK_WAIT_SECONDS=900  patience with a package manager at work
#   PATCHPLANE_SIGNING_KEYS=          more keys of AWS's, as words FINGERPRINT:EXPIRY_IN_SECONDS_SINCE_1970:BASE64
#   PATCHPLANE_ROOT=                  prefix of every path, for tests
# Output: one JSON line on standard output; notes on standard error.
#
# Exit codes, the same on Windows:
#   0  registered, or already registered and the agent runs
#  10  an input is missing or malformed            34  the package manager stayed locked
#  11  not run as root                             40  the installer's signature is not AWS's
#  12  unsupported platform                        41  every pinned signing key has expired: name the next one
#  13  a needed program is missing                 50  the activation has expired
#  20  registered in another Region                51  the activation is invalid
#  21  the agent is installed twice                52  the activation is used up
#  22  the agent's package is held or half done    53  the installer failed for another reason
#  30  an endpoint's name does not resolve         54  the installer ended well but registered nothing
#  31  an endpoint cannot be reached on 443        55  the account has no room for another hybrid node
#  32  TLS to an endpoint fails                    60  the agent does not run
#  33  the installer, its signature or the agent cannot be downloaded
#  70  unexpected end
set +x
set -euo pipefail
umask 077
export LC_ALL=C DEBIAN_FRONTEND=noninteractive HOME="${HOME:-/root}"

readonly script_version=v2
readonly root="${PATCHPLANE_ROOT:-}"
export PATH="${PATH:-}:$root/usr/sbin:$root/usr/bin:$root/sbin:$root/bin:$root/snap/bin"
readonly agent_data="$root/var/lib/amazon/ssm"
readonly registration_file="$agent_data/registration"
readonly activation_id="${PATCHPLANE_ACTIVATION_ID:-}"
readonly code="${PATCHPLANE_ACTIVATION_CODE:-}"
# Programs started from here must not inherit it.
unset PATCHPLANE_ACTIVATION_CODE
readonly region="${PATCHPLANE_REGION:-}"
readonly force="${PATCHPLANE_FORCE:-false}"
readonly lock_wait="${PATCHPLANE_LOCK_WAIT_SECONDS:-900}"
readonly more_keys="${PATCHPLANE_SIGNING_KEYS:-}"
readonly tries=3
# No further try is begun after that: with all its waiting the script ends within the 40 minutes that Azure is told.
readonly last_try_begins=900

work=''
reported=''
unit=amazon-ssm-agent
old_id=''
was_active=''
locked_for=0
fingerprints=()
keys=()

# pin FINGERPRINT EXPIRY BASE64: trusts a key until it expires.
pin() {
  if (($(date +%s) < $2)); then
    fingerprints+=("$1")
    keys+=("$3")
  fi
}

# AWS's keys for SSM Agent files, newest last.
pin_keys() {
  local word fingerprint expiry key
  # "SSM Agent <ssm-agent-signer@amazon.com>", made 2026-06-04, ends 2027-11-25.
  pin 1C5B395CBE5E74E2F1CA21592784DBF388D19D46 1827151087 '
mQINBGohhG8BEACxNOk7TM1ywHjW0qrSyH9npRDUjpWAyCD8L1Yu7nLnxwEBtUOkHgQIo1scTWuw
ogaBZpAzg22A25AloOrhX8BGTokh71Xm3LbQT8dDQUDT7WRTl4R5p7786TN79p4DqD3/JyzjiD/k
eTYyhplBWdyk5BEcqlyVj9Pf/1O6CrOJgGD1oGYK7lRqMtmXlf86/mKveWvjJTPAF26dkDJZecnr
heyEA99XlONm8zAlK6h09JThHBmWMgDPXDSsVeEyXilPUJFhZJ2HXVG2tS9ioVM309tMX6B3W5wo
T7w8SA6uV2Pf0jMmoYmMuCmQMU8/7/vOLQSJm+6Wui5dZywArqtOqXcSledRf7xhmug3Qa5maqY2
TtcnXqTaH3WaBLtJZYqDJcsUH99AXqdQkozsCHHL2NmxRiShyLCX4VBKzH8j5kDNGeSLuiICbj1T
ufh7LDuIwdOQnX9gvB6j/SF3YVqJl4DAjCs4ODYpwm+36RZjQkbwELzXzXnDoNgjR5tXCiNdxJLu
zemQy7FcDc90fEbpDX03rN7iceavBmZbZ5Tlu53fgpzdkflD8OwfjnYa9AXh2zweC1G0ut2QU+cZ
coOq5/QPtQELNqvgpAUsQtkCECTerz8SugriZD4Tnd4FJUgoqX+/iwCWesyWjGkotxi7aJluLtz+
znNT9SgeMCoJmQARAQABtCdTU00gQWdlbnQgPHNzbS1hZ2VudC1zaWduZXJAYW1hem9uLmNvbT6J
Aj8EEwECACkFAmohhG8CGy8FCQLGmIAHCwkIBwMCAQYVCAIJCgsEFgIDAQIeAQIXgAAKCRAnhNvz
iNGdRnXVD/9bP0IX6aU+qur66fTWs8RLDs//6Vx93e8lH6p4W+RxL+wW7Ajc/REB7PPgc5ohW80/
LwxHP2g8cZiSK7fp9cRbXODqiVYl4mAWQNfxfGcWpBxcEsyoUGF6oRjiibL1BcJLFJgVZ/H4pT0x
NEDJNIJpRn7ZVXm0vrVVVUh4a4WFXUkspRXmq37eIMm76p969L5SNjY+F8Ld6hjmRiRopg4f/+lf
/+e6R+fofSOVE3Ip/YpPH1DRplwQJrMk1XFjm+JTsdtqMTIKv38j7HANmUgDGLsuQNn8048n6ve8
koVZLSrv9FAielSNsSIurLEpkLM0QPOFviagK7zB/d/zScpGquBU9dPFOoTq/sNFhnZr+PA7MAek
r4WOP8kasS3LWGn/rqqIOw/PDm2mmUaIwm4XenOe8lJFKUGp6ssUOj4PIQKwGaL/S2xTex25ZaNQ
aKXv2JUmriGycpCjIaniEHz60bBN1kSgO0m0a5Yg3X9Qw+ezt51oPi6H6NdE0IwNzNcbJI2Uvphw
R9L92Br/J9ElYbHRdgmz26SZeRNTht/+zKPxk4iDYibpQ804cPfA0mJBODwzqL5BBfVJ0/rLtQ2y
muHaqKbKEc0KuJ6vWMoH9qlMBlv5YiZeUw5Ls2uuaxhKTUYrCE4LuUlAtNW63+/TP+ciBg1bq5H5
aBn5tSCYVw==
'
  for word in $more_keys; do
    IFS=: read -r fingerprint expiry key <<<"$word"
    pin "$fingerprint" "$expiry" "$key"
  done
}

note() {
  printf 'patchplane: %s\n' "$*"
}

plain() {
  local text="${1//[^[:print:]]/ }"
  text="${text//\\/ }"
  text="${text//\"/ }"
  printf '%s' "${text:0:500}"
}

# report RESULT EXIT_CODE MESSAGE [INSTANCE_ID]: the one line on the caller's standard output.
report() {
  reported=yes
  printf '{"patchplane":"onboarding","version":"%s","result":"%s",%s"region":"%s","exitCode":%d,"message":"%s"}\n' \
    "$script_version" "$1" "${4:+\"instanceId\":\"$4\",}" "$(plain "$region")" "$2" "$(plain "$3")" >&3
}

# fail EXIT_CODE MESSAGE
fail() {
  report failed "$1" "$2"
  exit "$1"
}

# keep_registration: a forced registration empties the agent's vault before AWS is asked. So it is put aside until there
# is a new node.
keep_registration() {
  [[ $old_id == mi-* ]] || return 0
  if systemctl is-active --quiet "$unit"; then
    was_active=yes
    # A running agent changes its keys by itself.
    systemctl stop "$unit"
  fi
  mv "$agent_data/Vault" "$work/vault" || note 'the old registration could not be kept'
}

restore_registration() {
  if [ -d "$work/vault" ] && [ "$(registered ManagedInstanceID)" = "$old_id" ]; then
    rm -rf -- "$agent_data/Vault"
    mv "$work/vault" "$agent_data/Vault" && note "$old_id is as it was"
  fi
  if [ -n "$was_active" ]; then systemctl start "$unit" || note "$unit could not be started"; fi
}

# cleanup STATUS: runs at the end, whatever ended the script.
cleanup() {
  if [ "$1" -ne 0 ]; then restore_registration; fi
  if [ -n "$work" ]; then rm -rf -- "$work"; fi
  if [ -z "$reported" ]; then fail 70 "the script ended unexpectedly with status $1"; fi
}

# The CustomScript extension leaves its script, and so the code, on disk.
remove_own_copy() {
  case "$0" in
    */custom-script/download/*/script.sh) rm -f -- "$0" ;;
  esac
}

has() {
  command -v "$1" >/dev/null
}

check_input() {
  local uuid='^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
  local signing_keys='^([0-9A-F]{40}:[0-9]{1,11}:[A-Za-z0-9+/=]+( |$))*$'
  [[ $activation_id =~ $uuid ]] || fail 10 'PATCHPLANE_ACTIVATION_ID is missing or not the id of an activation'
  [[ $code =~ ^[[:graph:]]{20,250}$ ]] || fail 10 'PATCHPLANE_ACTIVATION_CODE is missing or not the code of an activation'
  [[ $region =~ ^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$ ]] || fail 10 'PATCHPLANE_REGION is missing or not an AWS Region'
  [[ $force =~ ^(true|false)$ ]] || fail 10 'PATCHPLANE_FORCE is neither true nor false'
  [[ $lock_wait =~ ^[0-9]{1,4}$ ]] || fail 10 'PATCHPLANE_LOCK_WAIT_SECONDS is not a number of seconds'
  [[ $more_keys =~ $signing_keys ]] || fail 10 'PATCHPLANE_SIGNING_KEYS is not words FINGERPRINT:EXPIRY:BASE64'
  [ "$(id -u)" -eq 0 ] || fail 11 'the script must run as root'
  has systemctl || fail 13 'systemctl is missing: the script needs systemd'
}

# registered KEY: ManagedInstanceID or Region of the agent's own registration file, or nothing.
registered() {
  if [ -r "$registration_file" ]; then
    sed -n "s/.*\"$1\"[[:space:]]*:[[:space:]]*\"\([a-z0-9-]*\)\".*/\1/p" "$registration_file"
  fi
}

# is_new: whether the registration file names a node that this run made.
is_new() {
  [[ $new_id == mi-* && $(registered Region) == "$region" && ($force == false || $new_id != "$old_id") ]]
}

snap_agent() {
  has snap && timeout 60 snap list amazon-ssm-agent >/dev/null 2>&1
}

# dpkg's three words: what is wanted, whether there is an error, what is there. Nothing where dpkg knows no such package.
dpkg_status() {
  dpkg -s amazon-ssm-agent 2>/dev/null | sed -n 's/^Status: //p' || true
}

package_agent() {
  case "$(dpkg_status)" in
    '' | *' config-files' | *' not-installed') rpm -q amazon-ssm-agent >/dev/null 2>&1 ;;
  esac
}

main_process() {
  systemctl show -p MainPID "$unit" | sed -n 's/^MainPID=//p'
}

# ensure_agent_runs: an agent whose registration is no good ends within a second, and systemd starts it for ever. So it
# is one process for ten seconds that counts.
ensure_agent_runs() {
  local waited pid last='' lived=0
  systemctl enable "$unit" || note "$unit could not be enabled"
  systemctl start "$unit" || note "$unit could not be started"
  for ((waited = 0; waited < 60; waited += 5)); do
    pid=0
    if systemctl is-active --quiet "$unit"; then pid="$(main_process)"; fi
    if [[ ${pid:-0} != 0 && $pid == "$last" ]]; then lived=$((lived + 5)); else lived=0; fi
    if ((lived >= 10)); then return; fi
    last="$pid"
    sleep 5
  done
  fail 60 "the service $unit does not run, or not for long; see journalctl -u $unit and /var/log/amazon/ssm"
}

# wait_for_snapd: until its first boot is over, snapd does not know what it has.
wait_for_snapd() {
  if has snap && systemctl is-active --quiet snapd.service snapd.socket; then
    timeout 300 snap wait system seed.loaded || note 'snapd has not finished its first boot'
  fi
}

# choose_platform: the package is the way, because the installer verifies it and needs nothing else. The snap stays where
# it is there already, and is taken where there is no package manager for the package.
choose_platform() {
  local family machine
  if has apt-get; then
    family=debian
  elif has dnf || has yum; then
    family=linux
  elif has snap; then
    family=debian
    as_snap=yes
  else
    fail 12 'neither apt, dnf, yum nor snap is here'
  fi
  if [ "$unit" != amazon-ssm-agent ]; then as_snap=yes; fi
  machine="$(uname -m)"
  case "$machine" in
    x86_64) platform="${family}_amd64" ;;
    aarch64) platform="${family}_arm64" ;;
    *) fail 12 "no SSM Agent installer for the architecture $machine" ;;
  esac
}

# check_package: ssm-setup-cli ends at once where dpkg says anything else of the package than that it is there or gone.
check_package() {
  local status
  status="$(dpkg_status)"
  case "$status" in
    '' | *' not-installed') fresh=yes ;;
    'install ok installed' | 'deinstall ok config-files') ;;
    *) fail 22 "dpkg has amazon-ssm-agent as '$status', which ssm-setup-cli refuses: unhold it, configure it or purge it" ;;
  esac
}

# clear_package: takes away what a failed installation has left of a package that was not there before, or the next
# one would be refused for it. After one purge dpkg still remembers the package, as not installed; after two it does not.
clear_package() {
  local time
  for time in 1 2; do
    case "$fresh:$(dpkg_status)" in
      yes: | :* | 'yes:install ok installed') return 0 ;;
    esac
    dpkg --purge --force-remove-reinstreq amazon-ssm-agent || note "purge $time: dpkg keeps what is left of the package"
  done
}

check_tools() {
  has curl || fail 13 'curl is missing: install it'
  if [ -z "$as_snap" ] && ! package_agent; then
    has gpg || fail 13 'gpg is missing, which ssm-setup-cli verifies the agent with: install gnupg'
  fi
  if has gpgv; then
    verifier=gpgv
  elif has gpg; then
    verifier=gpg
  else
    fail 13 'gpg and gpgv are missing: install gnupg'
  fi
  pin_keys
  if ((${#keys[@]} == 0)); then
    fail 41 'every key that this script trusts has expired: name the next one (docs/onboarding.md)'
  fi
}

# reach HOST: whether HTTPS answers there, through the proxy of the environment if there is one. Status as curl's.
reach() {
  local status=0 try
  for try in 1 2 3; do
    status=0
    curl --silent --show-error --output /dev/null --connect-timeout 10 --max-time 30 "https://$1/" || status=$?
    if [ "$status" -eq 0 ]; then return 0; fi
    if [ "$try" -lt 3 ]; then sleep 5; fi
  done
  return "$status"
}

check_endpoints() {
  local service host status
  for service in ssm ssmmessages; do
    host="$service.$region.$suffix"
    status=0
    reach "$host" || status=$?
    case "$status" in
      0) note "$host answers" ;;
      5 | 6) fail 30 "$host does not resolve (curl $status): give the VM DNS for AWS" ;;
      35 | 51 | 53 | 54 | 58 | 59 | 60 | 77 | 80 | 83 | 90 | 91) fail 32 "TLS to $host fails (curl $status): a proxy may be opening it, or the clock is wrong" ;;
      *) fail 31 "$host cannot be reached on 443 (curl $status): give the VM a route out" ;;
    esac
  done
  # The agent needs it only where ssmmessages does not carry commands, and newer Regions have none.
  reach "ec2messages.$region.$suffix" || note "ec2messages.$region.$suffix does not answer; the agent can do without"
}

# lock_holder: names the package manager's lock that is held now, or fails. dpkg and rpm lock by fcntl, so the kernel's
# list shows it whatever programs are installed.
lock_holder() {
  local file inode pid
  for file in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/rpm/.rpm.lock /usr/lib/sysimage/rpm/.rpm.lock; do
    inode="$(stat -c %i "$root$file" 2>/dev/null)" || continue
    if grep -q "^[0-9]*: POSIX .*:$inode " "$root/proc/locks" 2>/dev/null; then
      printf '%s' "$file"
      return 0
    fi
  done
  if [ -r "$root/var/run/yum.pid" ]; then
    read -r pid <"$root/var/run/yum.pid" || true
    if [[ ${pid:-} =~ ^[0-9]+$ && -d $root/proc/$pid ]]; then
      printf '/var/run/yum.pid'
      return 0
    fi
  fi
  return 1
}

wait_for_locks() {
  local holder
  while holder="$(lock_holder)"; do
    if ((locked_for >= lock_wait)); then
      fail 34 "$holder was still held after $lock_wait seconds: another package operation runs"
    fi
    note "waiting for $holder"
    sleep 10
    locked_for=$((locked_for + 10))
  done
}

download() {
  local url="https://amazon-ssm-$region.s3.$region.$suffix/latest/$platform/$1" status=0
  curl --silent --show-error --fail --proto '=https' --tlsv1.2 --retry 3 --retry-delay 5 \
    --connect-timeout 20 --max-time 300 --output "$work/$1" "$url" || status=$?
  if [ "$status" -ne 0 ]; then fail 33 "$url cannot be downloaded (curl $status)"; fi
}

verify_installer() {
  local status_file="$work/gpg-status" key signer trusted=''
  local -a command=("$verifier" --homedir "$work/gnupg")
  mkdir -p "$work/gnupg"
  for key in "${keys[@]}"; do base64 -d <<<"$key"; done >"$work/aws.gpg"
  if [ "$verifier" = gpg ]; then
    command+=(--batch --no-tty --no-default-keyring --trust-model always --keyring "$work/aws.gpg" --status-fd 1 --verify)
  else
    command+=(--keyring "$work/aws.gpg" --status-fd 1)
  fi
  if "${command[@]}" "$work/ssm-setup-cli.sig" "$work/ssm-setup-cli" >"$status_file" &&
    grep -q '^\[GNUPG:\] GOODSIG ' "$status_file"; then
    signer="$(sed -n 's/^\[GNUPG:\] VALIDSIG .*[[:space:]]\([0-9A-F]*\)$/\1/p' "$status_file")"
    for key in "${fingerprints[@]}"; do
      if [ "$signer" = "$key" ]; then trusted=yes; fi
    done
  fi
  if [ -z "$trusted" ]; then
    signer="$(sed -n 's/^\[GNUPG:\] NO_PUBKEY \([0-9A-F]*\).*/\1/p' "$status_file")"
    fail 40 "ssm-setup-cli is not signed by AWS's key ${fingerprints[*]}${signer:+ but by one that ends in $signer}"
  fi
}

# hide_snap: a PATH with everything but snap. ssm-setup-cli takes the snap wherever it finds that program, gives it 30
# seconds for what it fetches from the Snap Store, and verifies no signature.
hide_snap() {
  local folder
  local -a folders
  IFS=: read -r -a folders <<<"$PATH"
  rm -rf -- "$work/path"
  mkdir "$work/path"
  for folder in "${folders[@]}"; do
    # Of two programs with one name the first counts, as in the PATH itself.
    if [[ $folder == /* && -d $folder ]]; then ln -s -t "$work/path" "$folder"/* 2>/dev/null || true; fi
  done
  rm -f "$work/path/snap"
}

# prepare_snap: gets what the agent's snap stands on, with more patience than the installer has.
prepare_snap() {
  local base
  for base in snapd core22; do
    timeout 60 snap list "$base" >/dev/null 2>&1 || timeout 900 snap install "$base" || note "the snap $base cannot be had"
  done
}

# installer_text: what ssm-setup-cli says from its first error on; what it tried before and put right does not count.
installer_text() {
  local text
  text="$(<"$work/installer.log")"
  case "$text" in
    *' ERROR '*) text="${text#* ERROR }" ;;
  esac
  printf '%s' "${text//"$code"/(code)}" | sed 's|://[^/@ ]*@|://(credentials)@|g'
}

# explain_installer STATUS: sets `reason` and `message`; fails where another try may help.
explain_installer() {
  local text host=''
  text="$(installer_text)"
  says() { [[ $text =~ $1 ]]; }
  printf '%s\n' "$text" | tail -n 15 | while IFS= read -r host; do note "$host"; done
  if says 'ActivationExpired'; then
    reason=50 message='the activation has expired: raise onboarding_attempt'
  elif says 'InvalidActivation'; then
    reason=51 message='the activation is invalid: raise onboarding_attempt'
  elif says 'Registration limit of [0-9]+ reached'; then
    reason=55 message='the account has no room for another hybrid node in this Region: deregister dead ones or change the tier'
  elif says 'RegistrationLimitExceeded'; then
    reason=52 message='the activation is used up: raise onboarding_attempt'
  else
    if says 'https?://([A-Za-z0-9.-]+)'; then host="${BASH_REMATCH[1]}"; else host='an endpoint of AWS'; fi
    # Words of Go's packages net, crypto/tls, crypto/x509 and net/http, before which their own prefixes stand.
    if says 'lookup [^ ]+( on [^ ]+)?: |no such host'; then
      reason=30 message="$host does not resolve: give the VM DNS for AWS"
    elif says 'tls: |x509: |TLS handshake timeout|HTTP response to HTTPS client'; then
      reason=32 message="TLS to $host fails: a proxy may be opening it, or the clock is wrong"
    elif says '(Get|Head|Post|Put) "?https?://|RequestError|(dial|read|write|connect) (tcp|udp)|proxyconnect|(Serialization|Unmarshal)Error|Client\.Timeout|timed out|i/o timeout|deadline exceeded|connection (refused|reset|timed)|no route to host|is unreachable|broken pipe|unexpected EOF'; then
      reason=31 message="$host cannot be reached on 443: give the VM a route out, past any proxy that blocks it"
    elif says 'http request failed\. status|unsuccessful request: response code'; then
      reason=33 message="S3 refuses a file of the agent: let the VM read the bucket amazon-ssm-$region"
    else
      text="${text##* ERROR }"
      reason=53 message="ssm-setup-cli ended with status $1; see /var/log/amazon/ssm/ssm-setup-cli.log: ${text:0:300}"
    fi
    return 1
  fi
}

# run_installer: up to three times while nothing is registered, each with what is newest in the Region's bucket.
run_installer() {
  local status try reason message final path="$PATH"
  local -a arguments=(-register -activation-code "$code" -activation-id "$activation_id" -region "$region")
  if [ "$force" = true ]; then arguments+=(-override); fi
  for ((try = 1; try <= tries; try++)); do
    download ssm-setup-cli
    download ssm-setup-cli.sig
    verify_installer
    wait_for_locks
    if [ -z "$as_snap" ]; then
      clear_package
      hide_snap
      path="$work/path"
    fi
    chmod 700 "$work/ssm-setup-cli"
    status=0
    PATH="$path" timeout 600 "$work/ssm-setup-cli" "${arguments[@]}" >"$work/installer.log" 2>&1 || status=$?
    new_id="$(registered ManagedInstanceID)"
    if [ "$status" -eq 0 ]; then return; fi
    final=yes
    explain_installer "$status" || final=''
    if is_new; then
      note "ssm-setup-cli ended with status $status after it had registered $new_id"
      return
    fi
    if [ -n "$final" ] || ((try == tries || SECONDS > last_try_begins)); then fail "$reason" "$message"; fi
    note "try $try failed: $message"
    sleep 20
  done
}

main() {
  remove_own_copy
  check_input

  local old_region new_id='' suffix=amazonaws.com platform verifier as_snap='' fresh=''
  old_id="$(registered ManagedInstanceID)"
  old_region="$(registered Region)"
  if snap_agent; then unit=snap.amazon-ssm-agent.amazon-ssm-agent; fi
  if [[ $old_id == mi-* && $force = false ]]; then
    if [ "$old_region" != "$region" ]; then
      fail 20 "registered as $old_id in ${old_region:-an unknown Region}: deregister it there first, or force it"
    fi
    ensure_agent_runs
    report alreadyRegistered 0 'the machine was registered before; its agent runs' "$old_id"
    return
  fi
  wait_for_snapd
  if snap_agent; then
    unit=snap.amazon-ssm-agent.amazon-ssm-agent
    if package_agent; then fail 21 'amazon-ssm-agent is installed as a snap and as a package: remove one'; fi
  fi
  case "$region" in
    cn-*) suffix=amazonaws.com.cn ;;
    eusc-*) suffix=amazonaws.eu ;;
    us-iso-*) suffix=c2s.ic.gov ;;
    us-isob-*) suffix=sc2s.sgov.gov ;;
    us-isof-*) suffix=csp.hci.ic.gov ;;
    eu-isoe-*) suffix=cloud.adc-e.uk ;;
  esac
  choose_platform
  if [ -z "$as_snap" ]; then check_package; fi
  check_tools
  check_endpoints
  work="$(mktemp -d "$root/var/lib/patchplane-onboarding.XXXXXX")"
  if [ -n "$as_snap" ]; then
    prepare_snap
    unit=snap.amazon-ssm-agent.amazon-ssm-agent
  fi
  if [ "$force" = true ]; then keep_registration; fi
  run_installer

  if ! is_new; then
    fail 54 "ssm-setup-cli ended well, but $registration_file names no new registration in $region"
  fi
  ensure_agent_runs
  report registered 0 'registered, and the agent runs' "$new_id"
}

# Standard output belongs to the result alone.
exec 3>&1 1>&2
trap 'cleanup "$?"' EXIT
trap 'exit 1' HUP INT TERM
main
