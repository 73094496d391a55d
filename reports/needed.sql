-- What each server of a collection lacks and since when, and what its baseline keeps out of it (rejected, or not
-- approved yet). Updates of a server that could not be read are those that were last known: their state is empty.
-- parameters: after, after, after
with stated as (
  select account_id, region, resource_id, patch_id, title, patch_state, compliance_level, patch_severity,
    classification, cves
  from compliance_item
  where collected = cast(? as varchar)
    and patch_state in ('MISSING', 'FAILED', 'INSTALLEDREJECTED', 'AVAILABLESECURITYUPDATE')),
known as (
  select account_id, region, resource_id, patch_id, title as known_title, since, title_since, installed
  from missing
  where collected = cast(? as varchar)),
updates as (
  select account_id, region, resource_id, patch_id, coalesce(title, known_title) as title,
    coalesce(patch_state, '') as patch_state, coalesce(compliance_level, '') as compliance_level,
    coalesce(patch_severity, '') as patch_severity, coalesce(classification, '') as classification,
    coalesce(cves, '') as cves, coalesce(since, '') as since, coalesce(title_since, '') as title_since,
    coalesce(installed, '') as installed
  from stated full outer join known using (account_id, region, resource_id, patch_id))
select u.account_id, u.region, u.resource_id, s.server_id, s.name, s.owner, s.business_unit, s.cloud, s.location,
  s.patch_group, s.os, s.release, u.patch_id, u.title, u.patch_state, u.compliance_level, u.patch_severity,
  u.classification, u.cves, u.since, u.title_since, u.installed
from updates as u
join server as s on s.account_id = u.account_id and s.region = u.region and s.resource_id = u.resource_id
where s.collected = cast(? as varchar)
order by u.account_id, u.region, u.resource_id, u.patch_id, u.title
