# patchplane onboarding v1 for Windows (PowerShell 5.1). Released and immutable.
# Input, result line and exit codes are those of linux.sh: see docs/onboarding.md.
param([string]$ActivationId, [string]$ActivationCode, [string]$Region, [switch]$Force)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
[Net.ServicePointManager]::SecurityProtocol = 'Tls12'
$data = "$env:ProgramData\Amazon\SSM"
$work = "$env:SystemRoot\Temp\patchplane-$([guid]::NewGuid())"

function Note($text) { [Console]::Error.WriteLine("patchplane: $text") }
function Finish($result, $code, $message, $id) {
  $line = [ordered]@{ patchplane = 'onboarding'; version = 'v1'; result = $result }
  if ($id) { $line.instanceId = $id }
  $line.region = $Region
  $line.exitCode = $code
  $line.message = $message
  [Console]::Out.WriteLine((ConvertTo-Json $line -Compress))
  Remove-Item $work -Recurse -Force -ErrorAction SilentlyContinue
  exit $code
}
function Fail($code, $message) { Finish 'failed' $code $message }
function Registration {
  try { Get-Content "$data\InstanceData\registration" -Raw | ConvertFrom-Json } catch { $null }
}
function Start-Agent {
  try {
    Set-Service AmazonSSMAgent -StartupType Automatic
    Start-Service AmazonSSMAgent
    (Get-Service AmazonSSMAgent).WaitForStatus('Running', '00:01:00')
  } catch { Fail 60 "the service AmazonSSMAgent does not run; see $data\Logs" }
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
  if ($ActivationId -notmatch '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$') { Fail 10 'ActivationId is missing or malformed' }
  if ($ActivationCode -notmatch '^[!-~]{20,250}$') { Fail 10 'ActivationCode is missing or malformed' }
  if ($Region -cnotmatch '^[a-z]{2}(-[a-z]+)+-[0-9]+$') { Fail 10 'Region is missing or not an AWS Region' }
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

  $suffix = 'amazonaws.com'
  if ($Region -like 'cn-*') { $suffix += '.cn' }
  foreach ($service in 'ssm', 'ssmmessages') {
    $name = "$service.$Region.$suffix"
    switch -Regex (Reach $name) {
      'Resolution' { Fail 30 "$name does not resolve $_" }
      'Trust|Secure' { Fail 32 "TLS to $name fails $_" }
      '.' { Fail 31 "$name cannot be reached on 443 $_" }
    }
  }

  $null = New-Item $work -ItemType Directory
  $cli = "$work\ssm-setup-cli.exe"
  $url = "https://amazon-ssm-$Region.s3.$Region.$suffix/latest/windows_amd64/ssm-setup-cli.exe"
  try { Invoke-WebRequest $url -UseBasicParsing -OutFile $cli -TimeoutSec 300 }
  catch { Fail 33 "$url cannot be downloaded: $_" }
  $signed = Get-AuthenticodeSignature $cli
  if ($signed.Status -ne 'Valid' -or $signed.SignerCertificate.Subject -notmatch 'CN=Amazon\.com Services LLC(,|$)') {
    Fail 40 "ssm-setup-cli.exe is not signed by Amazon ($($signed.Status))"
  }

  $until = (Get-Date).AddMinutes(15)
  $busy = $null
  while ([Threading.Mutex]::TryOpenExisting('Global\_MSIExecute', [ref]$busy)) {
    $busy.Dispose()
    if ((Get-Date) -gt $until) { Fail 34 'Windows Installer was still busy after 900 seconds' }
    Start-Sleep 10
  }

  $log = "$work\out"
  $with = "-register -activation-code=$ActivationCode -activation-id=$ActivationId -region=$Region"
  if ($Force) { $with += ' -override' }
  $run = Start-Process $cli $with -PassThru -NoNewWindow -RedirectStandardOutput $log -RedirectStandardError "$log.err"
  # Without the handle in hand, ExitCode stays empty.
  $null = $run.Handle
  $ended = $run.WaitForExit(600000)
  if (-not $ended) { $run.Kill() }
  if (-not $ended -or $run.ExitCode -ne 0) {
    $said = "$(Get-Content $log, "$log.err")"
    Note $said.Replace($ActivationCode, '(code)')
    switch -Regex ($said) {
      'ActivationExpired' { Fail 50 'the activation has expired: raise onboarding_attempt' }
      'InvalidActivation' { Fail 51 'the activation is invalid: raise onboarding_attempt' }
      'RegistrationLimitExceeded' { Fail 52 'the activation is used up: raise onboarding_attempt' }
      'no such host' { Fail 30 'an endpoint does not resolve' }
      'dial tcp|i/o timeout' { Fail 31 'an endpoint cannot be reached' }
    }
    Fail 53 "ssm-setup-cli ended with $($run.ExitCode); see $data\Logs\ssm-setup-cli.log"
  }
  $new = Registration
  if ($new.ManagedInstanceID -notlike 'mi-*' -or $new.Region -ne $Region -or $new.ManagedInstanceID -eq $id) {
    Fail 54 "ssm-setup-cli ended well, but $data names no new registration in $Region"
  }
  Start-Agent
  Finish 'registered' 0 'registered, and the agent runs' $new.ManagedInstanceID
} catch {
  Fail 70 "unexpected end: $_"
}
