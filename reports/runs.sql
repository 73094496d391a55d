-- What each run did to each server, once, as the newest collection has it: of collections after the first stamp up to
-- the second.
-- parameters: before, after, run, run, run
select account_id, region, resource_id, run_id, command_id,
  max_by(window_name, collected) as window_name, max_by(document_name, collected) as document_name,
  max_by(operation, collected) as operation, max_by(snapshot_id, collected) as snapshot_id,
  max_by(started, collected) as started, max_by(ended, collected) as ended, max_by(status, collected) as status,
  max_by(status_details, collected) as status_details, max_by(reason, collected) as reason
from run
where collected > cast(? as varchar) and collected <= cast(? as varchar)
  and (cast(? as varchar) = '*' or run_id = cast(? as varchar) or command_id = cast(? as varchar))
group by account_id, region, resource_id, run_id, command_id
order by account_id, region, resource_id, run_id, command_id
