-- Every server of two collections with what each says of it: which can be compared, and why others cannot, is judged
-- from this. What a server is called and whose it is comes from the second collection, else from the first.
-- parameters: before, after, before, after, before, after, before, after, before, after
with facts as (
  select account_id, region, resource_id, server_id,
    max_by(name, collected) as name, max_by(owner, collected) as owner,
    max_by(business_unit, collected) as business_unit, max_by(cloud, collected) as cloud,
    max_by(site, collected) as site, max_by(location, collected) as location,
    max_by(patch_group, collected) as patch_group, max_by(approval, collected) as approval,
    max_by(criticality, collected) as criticality, max_by(os, collected) as os,
    max_by(release, collected) as release, max_by(arch, collected) as arch,
    max_by(agent_version, collected) as agent_version, max_by(reason, collected) as reason,
    max_by(ping_status, collected) as ping_status, max_by(last_ping, collected) as last_ping,
    max(case when collected = cast(? as varchar) then state end) as state_before,
    max(case when collected = cast(? as varchar) then state end) as state_after,
    max(case when collected = cast(? as varchar) then inventory_captured end) as captured_before,
    max(case when collected = cast(? as varchar) then inventory_captured end) as captured_after,
    max(case when collected = cast(? as varchar) then versions end) as versions_before,
    max(case when collected = cast(? as varchar) then versions end) as versions_after,
    max(case when collected = cast(? as varchar) then last_scan end) as last_scan_before,
    max(case when collected = cast(? as varchar) then last_scan end) as last_scan_after
  from server
  where collected in (cast(? as varchar), cast(? as varchar))
  group by account_id, region, resource_id, server_id)
select account_id, region, resource_id, server_id, name, owner, business_unit, cloud, site, location, patch_group,
  approval, criticality, os, release, arch, agent_version, reason, ping_status, last_ping, state_before, state_after,
  captured_before, captured_after, versions_before, versions_after, last_scan_before, last_scan_after
from facts
order by account_id, region, server_id, resource_id
