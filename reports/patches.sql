-- Every patch of some nodes in a collection, as their last operation left it.
-- parameters: collected, nodes
select account_id, region, resource_id, patch_id, title, patch_state, installed, executed
from compliance_item
where collected = cast(? as varchar) and contains(split(cast(? as varchar), chr(10)), resource_id)
order by account_id, region, resource_id, patch_id, title
