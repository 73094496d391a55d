-- Every version of packages that have several on a server, as kernels have, in two collections.
-- parameters: before, after, before, after, packages
select account_id, region, resource_id, package, architecture, version,
  max(case when collected = cast(? as varchar) then 1 else 0 end) as in_before,
  max(case when collected = cast(? as varchar) then 1 else 0 end) as in_after
from application
where collected in (cast(? as varchar), cast(? as varchar)) and contains(split(cast(? as varchar), chr(10)), package)
group by account_id, region, resource_id, package, architecture, version
order by account_id, region, resource_id, package, architecture, version
