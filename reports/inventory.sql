-- Every package of some nodes in a collection.
-- parameters: collected, nodes
select account_id, region, resource_id, package, architecture, version
from application
where collected = cast(? as varchar) and contains(split(cast(? as varchar), chr(10)), resource_id)
order by account_id, region, resource_id, package, architecture, version
