# patchplane onboarding v2 for Windows (PowerShell 5.1). Released and immutable.
# Input, result line and exit codes are those of linux.sh: see docs/onboarding.md.
param([string]$ActivationId, [string]$ActivationCode, [string]$Region, [switch]$Force)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
[Net.ServicePointManager]::SecurityProtocol = 'Tls12'
$agent = 'AmazonSSMAgent'
$data = "$env:ProgramData\Amazon\SSM"
$vault = "$data\InstanceData\Vault"
$work = "$env:SystemRoot\Temp\patchplane-$([guid]::NewGuid())"

function Note($text) { [Console]::Error.WriteLine("patchplane: $text") }
function Registration {
  try { Get-Content "$data\InstanceData\registration" -Raw | ConvertFrom-Json } catch { $null }
}
function Finish($result, $code, $message, $node) {
  # A failed forced registration leaves the agent as it was.
  if ($code -and $kept -and (Registration).ManagedInstanceID -eq $id) {
    Remove-Item $vault -Recurse -Force -ErrorAction SilentlyContinue
    Rename-Item "$vault.old" Vault
  }
  if ($code -and $ran) { Start-Service $agent -ErrorAction SilentlyContinue }
  $line = [ordered]@{ patchplane = 'onboarding'; version = 'v2'; result = $result }
  if ($node) { $line.instanceId = $node }
  $line.region = $Region
  $line.exitCode = $code
  $line.message = $message
  [Console]::Out.WriteLine((ConvertTo-Json $line -Compress))
  if ($kept) { Remove-Item "$vault.old" -Recurse -Force -ErrorAction SilentlyContinue }
  Remove-Item $work -Recurse -Force -ErrorAction SilentlyContinue
  exit $code
}
function Fail($code, $message) { Finish 'failed' $code $message }
function AgentPid { (Get-CimInstance Win32_Service -Filter "Name='$agent'").ProcessId }
function Start-Agent {
  try {
    Set-Service $agent -StartupType Automatic
    Start-Service $agent
    (Get-Service $agent).WaitForStatus('Running', '00:01:00')
    $first = AgentPid
    Start-Sleep 10
    if (-not $first -or $first -ne (AgentPid)) { throw }
  } catch { Fail 60 "$agent does not run, or not for long; see $data\Logs" }
}
# '' when HTTPS answers there, else the WebExceptionStatus.
function Reach($name) {
  foreach ($try in 1..3) {
    try {
      $null = Invoke-WebRequest "https://$name/" -UseBasicParsing -TimeoutSec 30
      return ''
    } catch {
      if ($_.Exception.Response) { return '' }
      $status = "$($_.Exception.Status)"
      Start-Sleep 5
    }
  }
  "($status)"
}

try {
  if ($ActivationId -notmatch '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$') { Fail 10 'ActivationId is malformed' }
  if ($ActivationCode -notmatch '^[!-~]{20,250}$') { Fail 10 'ActivationCode is malformed' }
  if ($Region -cnotmatch '^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$') { Fail 10 'Region is not an AWS Region' }
  $who = [Security.Principal.WindowsPrincipal][Security.Principal.WindowsIdentity]::GetCurrent()
  if (-not $who.IsInRole(544)) { Fail 11 'the script must run elevated' }
  if (-not [Environment]::Is64BitOperatingSystem) { Fail 12 'no installer for 32-bit Windows' }

  $old = Registration
  $id = $old.ManagedInstanceID
  if ($id -like 'mi-*' -and -not $Force) {
    if ($old.Region -ne $Region) { Fail 20 "registered as $id in $($old.Region): deregister it there first, or force it" }
    Start-Agent
    Finish 'alreadyRegistered' 0 'the machine was registered before; its agent runs' $id
  }

  $suffix = switch -Wildcard ($Region) {
    'cn-*' { 'amazonaws.com.cn' }
    'eusc-*' { 'amazonaws.eu' }
    'us-iso-*' { 'c2s.ic.gov' }
    'us-isob-*' { 'sc2s.sgov.gov' }
    'us-isof-*' { 'csp.hci.ic.gov' }
    'eu-isoe-*' { 'cloud.adc-e.uk' }
    default { 'amazonaws.com' }
  }
  foreach ($service in 'ssm', 'ssmmessages') {
    $name = "$service.$Region.$suffix"
    switch -Regex (Reach $name) {
      'Resolution' { Fail 30 "$name does not resolve $_" }
      'Trust|Secure' { Fail 32 "TLS to $name fails $_: a proxy may be opening it, or the clock is wrong" }
      '.' { Fail 31 "$name cannot be reached on 443 $_" }
    }
  }

  $null = New-Item $work -ItemType Directory
  $cli = "$work\ssm-setup-cli.exe"
  $log = "$work\out"
  $url = "https://amazon-ssm-$Region.s3.$Region.$suffix/latest/windows_amd64/ssm-setup-cli.exe"
  $with = "-register -activation-code=$ActivationCode -activation-id=$ActivationId -region=$Region"
  if ($Force) {
    $with += ' -override'
    $ran = (Get-Service $agent -ErrorAction SilentlyContinue).Status -eq 'Running'
    if ($ran) { Stop-Service $agent }
    if ($id -and (Test-Path $vault)) {
      if (Test-Path "$vault.old") { Remove-Item "$vault.old" -Recurse -Force }
      Rename-Item $vault Vault.old
      $kept = $true
    }
  }
  $until = (Get-Date).AddMinutes(15)
  foreach ($try in 1..3) {
    try { Invoke-WebRequest $url -UseBasicParsing -OutFile $cli -TimeoutSec 300 }
    catch { Fail 33 "$url cannot be downloaded: $_" }
    $signed = Get-AuthenticodeSignature $cli
    if ($signed.Status -ne 'Valid' -or $signed.SignerCertificate.Subject -notmatch 'CN=Amazon\.com Services LLC(,|$)') {
      Fail 40 "ssm-setup-cli.exe is not signed by Amazon ($($signed.Status))"
    }
    $busy = $null
    while ([Threading.Mutex]::TryOpenExisting('Global\_MSIExecute', [ref]$busy)) {
      $busy.Dispose()
      if ((Get-Date) -gt $until) { Fail 34 'Windows Installer was still busy after 900 seconds' }
      Start-Sleep 10
    }
    $run = Start-Process $cli $with -PassThru -NoNewWindow -RedirectStandardOutput $log -RedirectStandardError "$log.err"
    # Without the handle in hand, ExitCode stays empty.
    $null = $run.Handle
    $ended = $run.WaitForExit(600000)
    if (-not $ended) { $run.Kill() }
    $new = Registration
    $made = $new.ManagedInstanceID -like 'mi-*' -and $new.Region -eq $Region -and $new.ManagedInstanceID -ne $id
    if ($made -or ($ended -and $run.ExitCode -eq 0)) { break }
    # From its first error on; what it tried before and put right does not count.
    $said = "$(Get-Content $log, "$log.err")" -replace '^.*? ERROR '
    $said = $said.Replace($ActivationCode, '(code)') -replace '://[^/@ ]*@', '://(credentials)@'
    Note $said
    $at = if ($said -match 'https?://([A-Za-z0-9.-]+)') { $Matches[1] } else { 'an endpoint of AWS' }
    $why = switch -Regex ($said) {
      'ActivationExpired' { 50, 'the activation has expired: raise onboarding_attempt'; break }
      'InvalidActivation' { 51, 'the activation is invalid: raise onboarding_attempt'; break }
      'Registration limit of \d+ reached' {
        55, 'the account has no room for another hybrid node in this Region: deregister dead ones or change the tier'; break
      }
      'RegistrationLimitExceeded' { 52, 'the activation is used up: raise onboarding_attempt'; break }
      # Words of Go's packages net, crypto/tls, crypto/x509 and net/http, before which their own prefixes stand.
      'lookup \S+( on \S+)?: |no such host' { 30, "$at does not resolve: give the VM DNS for AWS"; break }
      'tls: |x509: |TLS handshake timeout|HTTP response to HTTPS client' {
        32, "TLS to $at fails: a proxy may be opening it, or the clock is wrong"; break
      }
      '(Get|Head|Post|Put) "?https?://|RequestError|(dial|read|write|connect) (tcp|udp)|proxyconnect|(Serialization|Unmarshal)Error|Client\.Timeout|timed out|i/o timeout|deadline exceeded|connection (refused|reset|timed)|no route to host|is unreachable|broken pipe|unexpected EOF' {
        31, "$at cannot be reached on 443: give the VM a route out, past any proxy that blocks it"; break
      }
      'http request failed\. status|unsuccessful request: response code' { 33, "S3 refuses a file of the agent: let the VM read the bucket amazon-ssm-$Region"; break }
      default {
        $last = ($said -replace '^.* ERROR ')
        $last = $last.Substring(0, [Math]::Min(300, $last.Length))
        53, "ssm-setup-cli ended with $($run.ExitCode); see $data\Logs\ssm-setup-cli.log: $last"
      }
    }
    if ($try -eq 3 -or (Get-Date) -gt $until -or $why[0] -in 50, 51, 52, 55) { Fail $why[0] $why[1] }
    Note "try $try failed: $($why[1])"
    Start-Sleep 20
  }
  if (-not $made) { Fail 54 "ssm-setup-cli ended well, but $data names no new registration in $Region" }
  Start-Agent
  Finish 'registered' 0 'registered, and the agent runs' $new.ManagedInstanceID
} catch {
  Fail 70 "unexpected end: $_"
}
