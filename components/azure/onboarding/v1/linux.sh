#!/bin/bash
# patchplane onboarding v1 for Linux: installs the AWS SSM Agent and registers this machine with a hybrid activation.
# Released and immutable: a change is a new version. https://docs.aws.amazon.com/systems-manager/latest/userguide/hybrid-multicloud-ssm-agent-install-linux.html
#
# Input, as variables of the shell or of the environment:
#   PATCHPLANE_ACTIVATION_ID, PATCHPLANE_ACTIVATION_CODE (secret), PATCHPLANE_REGION
#   PATCHPLANE_FORCE=true             registers anew although the machine is registered; its old node id is lost
#   PATCHPLANE_LOCK_WAIT_SECONDS=900  patience with a package manager at work
#   PATCHPLANE_ROOT=                  prefix of every path, for tests
# Output: one JSON line on standard output; notes on standard error.
#
# Exit codes, the same on Windows:
#   0  registered, or already registered and the agent runs
#  10  an input is missing or malformed            33  the installer or its signature cannot be downloaded
#  11  not run as root                             34  the package manager stayed locked
#  12  unsupported platform                        40  the installer's signature is not AWS's
#  13  a needed program is missing                 41  the pinned signing key has expired: use a newer script
#  20  registered in another Region                50  the activation has expired
#  21  the agent is installed twice                51  the activation is invalid
#  30  an endpoint's name does not resolve         52  the activation is used up
#  31  an endpoint cannot be reached on 443        53  the installer failed for another reason
#  32  TLS to an endpoint fails                    54  the installer ended well but registered nothing
#                                                  60  the agent does not run
#                                                  70  unexpected end
set +x
set -euo pipefail
umask 077
export LC_ALL=C DEBIAN_FRONTEND=noninteractive HOME="${HOME:-/root}"

readonly script_version=v1
readonly root="${PATCHPLANE_ROOT:-}"
export PATH="${PATH:-}:$root/usr/sbin:$root/usr/bin:$root/sbin:$root/bin:$root/snap/bin"
readonly registration_file="$root/var/lib/amazon/ssm/registration"
readonly activation_id="${PATCHPLANE_ACTIVATION_ID:-}"
readonly code="${PATCHPLANE_ACTIVATION_CODE:-}"
# Programs started from here must not inherit it.
unset PATCHPLANE_ACTIVATION_CODE
readonly region="${PATCHPLANE_REGION:-}"
readonly force="${PATCHPLANE_FORCE:-false}"
readonly lock_wait="${PATCHPLANE_LOCK_WAIT_SECONDS:-900}"

# AWS's key for SSM Agent files, "SSM Agent <ssm-agent-signer@amazon.com>", made 2026-06-04, ends 2027-11-25.
readonly key_fingerprint=1C5B395CBE5E74E2F1CA21592784DBF388D19D46
readonly key_expires=1827151087
readonly key='
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

work=''
reported=''

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

# cleanup STATUS: runs at the end, whatever ended the script.
cleanup() {
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
  [[ $activation_id =~ $uuid ]] || fail 10 'PATCHPLANE_ACTIVATION_ID is missing or not the id of an activation'
  [[ $code =~ ^[[:graph:]]{20,250}$ ]] || fail 10 'PATCHPLANE_ACTIVATION_CODE is missing or not the code of an activation'
  [[ $region =~ ^[a-z]{2}(-[a-z]+)+-[0-9]+$ ]] || fail 10 'PATCHPLANE_REGION is missing or not an AWS Region'
  [[ $force =~ ^(true|false)$ ]] || fail 10 'PATCHPLANE_FORCE is neither true nor false'
  [[ $lock_wait =~ ^[0-9]{1,4}$ ]] || fail 10 'PATCHPLANE_LOCK_WAIT_SECONDS is not a number of seconds'
  [ "$(id -u)" -eq 0 ] || fail 11 'the script must run as root'
  has systemctl || fail 13 'systemctl is missing: the script needs systemd'
}

# registered KEY: ManagedInstanceID or Region of the agent's own registration file, or nothing.
registered() {
  if [ -r "$registration_file" ]; then
    sed -n "s/.*\"$1\"[[:space:]]*:[[:space:]]*\"\([a-z0-9-]*\)\".*/\1/p" "$registration_file"
  fi
}

snap_agent() {
  has snap && timeout 60 snap list amazon-ssm-agent >/dev/null 2>&1
}

package_agent() {
  [[ $(dpkg -s amazon-ssm-agent 2>/dev/null) == *'Status: install ok installed'* ]] ||
    rpm -q amazon-ssm-agent >/dev/null 2>&1
}

ensure_agent_runs() {
  local unit=amazon-ssm-agent waited
  if snap_agent; then unit=snap.amazon-ssm-agent.amazon-ssm-agent; fi
  systemctl enable "$unit" || note "$unit could not be enabled"
  systemctl start "$unit" || note "$unit could not be started"
  for ((waited = 0; waited < 60; waited += 5)); do
    if systemctl is-active --quiet "$unit"; then return; fi
    sleep 5
  done
  fail 60 "the service $unit does not run; see journalctl -u $unit and /var/log/amazon/ssm"
}

choose_platform() {
  local family machine
  if has apt-get; then
    family=debian
  elif has dnf || has yum; then
    family=linux
  else
    fail 12 'neither apt, dnf nor yum is here'
  fi
  machine="$(uname -m)"
  case "$machine" in
    x86_64) platform="${family}_amd64" ;;
    aarch64) platform="${family}_arm64" ;;
    *) fail 12 "no SSM Agent installer for the architecture $machine" ;;
  esac
}

check_tools() {
  has curl || fail 13 'curl is missing: install it'
  if has gpgv; then
    verifier=gpgv
  elif has gpg; then
    verifier=gpg
  else
    fail 13 'gpg and gpgv are missing: install gnupg'
  fi
  if (($(date +%s) >= key_expires)); then
    fail 41 'the key that this script pins has expired: name a newer onboarding_script'
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
      35 | 51 | 53 | 54 | 58 | 59 | 60 | 77 | 80 | 83 | 90 | 91) fail 32 "TLS to $host fails (curl $status): a proxy may be opening it" ;;
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
  local holder waited=0
  while holder="$(lock_holder)"; do
    if ((waited >= lock_wait)); then
      fail 34 "$holder was still held after $lock_wait seconds: another package operation runs"
    fi
    note "waiting for $holder"
    sleep 10
    waited=$((waited + 10))
  done
}

download() {
  local url="https://amazon-ssm-$region.s3.$region.$suffix/latest/$platform/$1" status=0
  curl --silent --show-error --fail --proto '=https' --tlsv1.2 --retry 3 --retry-delay 5 \
    --connect-timeout 20 --max-time 300 --output "$work/$1" "$url" || status=$?
  if [ "$status" -ne 0 ]; then fail 33 "$url cannot be downloaded (curl $status)"; fi
}

verify_installer() {
  local status_file="$work/gpg-status"
  local -a command=("$verifier" --homedir "$work/gnupg")
  mkdir "$work/gnupg"
  base64 -d <<<"$key" >"$work/aws.gpg"
  if [ "$verifier" = gpg ]; then
    command+=(--batch --no-tty --no-default-keyring --trust-model always --keyring "$work/aws.gpg" --status-fd 1 --verify)
  else
    command+=(--keyring "$work/aws.gpg" --status-fd 1)
  fi
  if ! "${command[@]}" "$work/ssm-setup-cli.sig" "$work/ssm-setup-cli" >"$status_file" ||
    ! grep -q '^\[GNUPG:\] GOODSIG ' "$status_file" ||
    ! grep -Eq "^\[GNUPG:\] VALIDSIG .*$key_fingerprint( |\$)" "$status_file"; then
    fail 40 "ssm-setup-cli is not signed by AWS's key $key_fingerprint"
  fi
}

installer_says() {
  grep -Eq "$1" "$work/installer.log"
}

explain_installer() {
  local line
  tail -n 15 "$work/installer.log" | while IFS= read -r line; do note "${line//"$code"/(code)}"; done
  if installer_says 'ActivationExpired'; then fail 50 'the activation has expired: raise onboarding_attempt'; fi
  if installer_says 'InvalidActivation'; then fail 51 'the activation is invalid: raise onboarding_attempt'; fi
  if installer_says 'RegistrationLimitExceeded'; then fail 52 'the activation is used up: raise onboarding_attempt'; fi
  if installer_says 'no such host'; then fail 30 'an endpoint of the registration does not resolve'; fi
  if installer_says 'dial tcp|i/o timeout|connection refused|no route to host'; then
    fail 31 'an endpoint of the registration cannot be reached'
  fi
  fail 53 "ssm-setup-cli ended with status $1; see /var/log/amazon/ssm/ssm-setup-cli.log"
}

run_installer() {
  local status=0
  local -a arguments=(-register -activation-code "$code" -activation-id "$activation_id" -region "$region")
  if [ "$force" = true ]; then arguments+=(-override); fi
  chmod 700 "$work/ssm-setup-cli"
  timeout 600 "$work/ssm-setup-cli" "${arguments[@]}" >"$work/installer.log" 2>&1 || status=$?
  if [ "$status" -ne 0 ]; then explain_installer "$status"; fi
}

main() {
  remove_own_copy
  check_input

  local old_id old_region new_id suffix=amazonaws.com platform verifier
  old_id="$(registered ManagedInstanceID)"
  old_region="$(registered Region)"
  if [[ $old_id == mi-* && $force = false ]]; then
    if [ "$old_region" != "$region" ]; then
      fail 20 "registered as $old_id in ${old_region:-an unknown Region}: deregister it there first, or force it"
    fi
    ensure_agent_runs
    report alreadyRegistered 0 'the machine was registered before; its agent runs' "$old_id"
    return
  fi
  if snap_agent && package_agent; then
    fail 21 'amazon-ssm-agent is installed as a snap and as a package: remove one'
  fi
  case "$region" in cn-*) suffix=amazonaws.com.cn ;; esac
  choose_platform
  check_tools
  check_endpoints
  work="$(mktemp -d "$root/var/lib/patchplane-onboarding.XXXXXX")"
  download ssm-setup-cli
  download ssm-setup-cli.sig
  verify_installer
  wait_for_locks
  run_installer

  new_id="$(registered ManagedInstanceID)"
  if [[ $new_id != mi-* || $(registered Region) != "$region" || ($force = true && $new_id = "$old_id") ]]; then
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
