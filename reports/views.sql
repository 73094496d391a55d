-- What the reports read, over the tables that an engine has made of a store: one text for every engine. Columns are
-- texts but for counts; a field that a node left out is an empty text, but for a version's release.
create or replace view application as
select collected, accountid as account_id, region, resourceid as resource_id, name as package,
  coalesce(architecture, '') as architecture, release, coalesce(installedtime, '') as installed,
  coalesce(capturetime, '') as captured,
  case when coalesce(epoch, '') in ('', '0', '(none)') then '' else epoch || ':' end || version
    || case when coalesce(release, '') = '' then '' else '-' || release end as version
from record_application;

create or replace view instance_information as
select collected, accountid as account_id, region, resourceid as resource_id, agentversion as agent_version,
  computername as computer_name, ipaddress as ip_address, platformname as platform_name,
  platformtype as platform_type, platformversion as platform_version, instancestatus as instance_status,
  capturetime as captured
from record_instanceinformation;

create or replace view tag as
select collected, accountid as account_id, region, resourceid as resource_id, key as tag_key, value as tag_value
from record_tag;

create or replace view compliance_item as
select collected, accountid as account_id, region, resourceid as resource_id, id as patch_id,
  coalesce(title, '') as title, status, coalesce(severity, '') as compliance_level, replace(upper(patchstate), '_', '') as patch_state,
  coalesce(patchseverity, '') as patch_severity, coalesce(classification, '') as classification,
  coalesce(patchgroup, '') as patch_group, coalesce(cveids, '') as cves, coalesce(installedtime, '') as installed,
  coalesce(executiontime, '') as executed, coalesce(executionid, '') as execution_id
from record_complianceitem;

create or replace view patch_summary as
select collected, accountid as account_id, region, resourceid as resource_id, patchgroup as patch_group,
  baselineid as baseline_id, coalesce(snapshotid, '') as snapshot_id, operationtype as operation,
  operationstarttime as operation_started, operationendtime as operation_ended, rebootoption as reboot_option,
  coalesce(try_cast(installedcount as bigint), 0) as installed,
  coalesce(try_cast(installedpendingrebootcount as bigint), 0) as pending_reboot,
  coalesce(try_cast(installedrejectedcount as bigint), 0) as rejected,
  coalesce(try_cast(missingcount as bigint), 0) as missing, coalesce(try_cast(failedcount as bigint), 0) as failed
from record_patchsummary;

create or replace view missing as
select collected, accountid as account_id, region, resourceid as resource_id, coalesce(serverid, '') as server_id,
  id as patch_id, coalesce(title, '') as title, since, titlesince as title_since,
  coalesce(installed, '') as installed
from record_missing;

create or replace view server as
select collected, accountid as account_id, region, coalesce(resourceid, '') as resource_id,
  coalesce(serverid, '') as server_id, name, owner, businessunit as business_unit, cloud, site, location,
  patchgroup as patch_group, approval, criticality, os, release, arch, state, coalesce(reason, '') as reason,
  coalesce(pingstatus, '') as ping_status, coalesce(lastping, '') as last_ping,
  coalesce(agentversion, '') as agent_version, coalesce(inventorycaptured, '') as inventory_captured,
  coalesce(versions, '') as versions, coalesce(lastscan, '') as last_scan
from record_server;

create or replace view run as
select collected, accountid as account_id, region, resourceid as resource_id, runid as run_id,
  coalesce("window", '') as window_name, commandid as command_id, documentname as document_name, operation,
  coalesce(snapshotid, '') as snapshot_id, started, coalesce(ended, '') as ended, status,
  coalesce(statusdetails, '') as status_details, coalesce(reason, '') as reason
from record_run;

create or replace view location as
select collected, accountid as account_id, region, location, state, coalesce(reason, '') as reason, started, ended,
  coalesce(try_cast(nodes as bigint), 0) as nodes, coalesce(try_cast(apicalls as bigint), 0) as api_calls
from record_location;
