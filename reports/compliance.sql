-- Every server of a collection with the counts of its last patch operation; empty where there was none.
-- parameters: after, after
with counts as (
  select account_id, region, resource_id, baseline_id, operation, operation_ended, missing, failed, pending_reboot,
    rejected
  from patch_summary
  where collected = cast(? as varchar))
select s.account_id, s.region, s.resource_id, s.server_id, s.name, s.owner, s.business_unit, s.cloud, s.location,
  s.patch_group, s.approval, s.criticality, s.os, s.release, s.state, s.reason, s.ping_status, s.last_ping,
  s.last_scan, c.baseline_id, c.operation, c.operation_ended, c.missing, c.failed, c.pending_reboot, c.rejected
from server as s
left join counts as c on c.account_id = s.account_id and c.region = s.region and c.resource_id = s.resource_id
where s.collected = cast(? as varchar)
order by s.account_id, s.region, s.server_id, s.resource_id
