-- Windows updates that only one of two collections says are installed.
-- parameters: before, after, before, after, before, after
with servers as (
  select distinct account_id, region, resource_id
  from server
  where collected in (cast(? as varchar), cast(? as varchar)) and os = 'windows-server' and resource_id <> ''),
states as (
  select c.account_id, c.region, c.resource_id, c.patch_id,
    max(case when c.collected = cast(? as varchar) and c.patch_state like 'INSTALLED%' then 1 else 0 end) as in_before,
    max(case when c.collected = cast(? as varchar) and c.patch_state like 'INSTALLED%' then 1 else 0 end) as in_after
  from compliance_item as c
  join servers as s on s.account_id = c.account_id and s.region = c.region and s.resource_id = c.resource_id
  where c.collected in (cast(? as varchar), cast(? as varchar))
  group by c.account_id, c.region, c.resource_id, c.patch_id)
select account_id, region, resource_id, patch_id, in_before, in_after
from states
where in_before <> in_after
order by account_id, region, resource_id, patch_id
