-- Packages of which another version is installed in the second collection than in the first, one row a package of a
-- server that both have read whole. Where a package has several versions, as kernels have, the lowest and highest text
-- say that it has, and versions.sql says which. With two in one collection and three in the other, or more, those between
-- the lowest and the highest may be all that differs, so that such a package is a row in any case.
-- parameters: groups, owners, servers, before, after, after, after, after, after, before, before, after, after, before, after
with asked as (
  select cast(? as varchar) as asked_groups, cast(? as varchar) as asked_owners, cast(? as varchar) as asked_servers),
pairs as (
  select account_id, region, resource_id
  from server cross join asked
  where collected in (cast(? as varchar), cast(? as varchar)) and resource_id <> '' and state = 'collected'
    and versions = 'whole'
  group by account_id, region, resource_id, asked_groups, asked_owners, asked_servers
  having count(distinct collected) = 2
    and (asked_groups = '*' or contains(split(asked_groups, chr(10)),
      max(case when collected = cast(? as varchar) then patch_group end)))
    and (asked_owners = '*' or contains(split(asked_owners, chr(10)),
      max(case when collected = cast(? as varchar) then owner end)))
    and (asked_servers = '*' or contains(split(asked_servers, chr(10)), resource_id)
      or contains(split(asked_servers, chr(10)), max(case when collected = cast(? as varchar) then name end))
      or contains(split(asked_servers, chr(10)), max(case when collected = cast(? as varchar) then server_id end)))),
states as (
  select a.account_id, a.region, a.resource_id, a.package, a.architecture,
    min(case when a.collected = cast(? as varchar) then a.version end) as before_low,
    max(case when a.collected = cast(? as varchar) then a.version end) as before_high,
    min(case when a.collected = cast(? as varchar) then a.version end) as after_low,
    max(case when a.collected = cast(? as varchar) then a.version end) as after_high,
    count(*) as installed
  from application as a
  join pairs as p on p.account_id = a.account_id and p.region = a.region and p.resource_id = a.resource_id
  where a.collected in (cast(? as varchar), cast(? as varchar))
  group by a.account_id, a.region, a.resource_id, a.package, a.architecture)
select account_id, region, resource_id, package, architecture, before_low, before_high, after_low, after_high
from states
where before_low is distinct from after_low or before_high is distinct from after_high or installed > 4
order by account_id, region, resource_id, package, architecture
