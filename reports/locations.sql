-- The locations of collections: what each could read, and when.
-- parameters: since, until
select collected, account_id, region, location, state, reason, started, ended, nodes, api_calls
from location
where collected >= cast(? as varchar) and collected <= cast(? as varchar)
order by collected, account_id, region, location
