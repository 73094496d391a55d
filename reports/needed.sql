-- What each server of a collection lacks and since when, and what its baseline keeps out of it (rejected, or not
-- approved yet). Updates of a server that could not be read are those that were last known: their state is empty; where
-- it is no node any more, it is found by the fleet file's id.
-- parameters: after, after, after
with stated as (
  select account_id, region, resource_id, patch_id, title, patch_state, compliance_level, patch_severity,
    classification, cves
  from compliance_item
  where collected = cast(? as varchar)
    and patch_state in ('MISSING', 'FAILED', 'INSTALLEDREJECTED', 'AVAILABLESECURITYUPDATE')),
known as (
  select account_id, region, resource_id, patch_id, server_id as known_server, title as known_title, since, title_since,
    installed
  from missing
  where collected = cast(? as varchar)),
updates as (
  select account_id, region, resource_id, patch_id, coalesce(title, known_title) as title,
    coalesce(patch_state, '') as patch_state, coalesce(compliance_level, '') as compliance_level,
    coalesce(patch_severity, '') as patch_severity, coalesce(classification, '') as classification,
    coalesce(cves, '') as cves, coalesce(since, '') as since, coalesce(title_since, '') as title_since,
    coalesce(installed, '') as installed, nullif(known_server, '') as known_server
  from stated full outer join known using (account_id, region, resource_id, patch_id)),
machines as (
  select account_id, region, resource_id, server_id, name, owner, business_unit, cloud, location, patch_group, approval,
    os, release
  from server
  where collected = cast(? as varchar))
select u.account_id, u.region, u.resource_id, coalesce(n.server_id, r.server_id) as server_id,
  coalesce(n.name, r.name) as name, coalesce(n.owner, r.owner) as owner,
  coalesce(n.business_unit, r.business_unit) as business_unit, coalesce(n.cloud, r.cloud) as cloud,
  coalesce(n.location, r.location) as location, coalesce(n.patch_group, r.patch_group) as patch_group,
  coalesce(n.approval, r.approval) as approval,
  coalesce(n.os, r.os) as os, coalesce(n.release, r.release) as release, u.patch_id, u.title, u.patch_state,
  u.compliance_level, u.patch_severity, u.classification, u.cves, u.since, u.title_since, u.installed
from updates as u
left join machines as n
  on n.account_id = u.account_id and n.region = u.region and n.resource_id = u.resource_id
left join machines as r
  on r.account_id = u.account_id and r.region = u.region and r.server_id = u.known_server
where n.name is not null or r.name is not null
order by u.account_id, u.region, u.resource_id, u.patch_id, u.title
