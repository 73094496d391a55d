-- Servers of each location and group by what each collection says of them, worst first: a server counts once.
-- parameters: since, until
with states as (
  select s.collected, s.account_id, s.region, s.patch_group,
    case when s.state <> 'collected' or c.missing is null then 'unknown' when c.failed + c.rejected > 0 then 'failed'
      when c.missing > 0 then 'missing' when c.pending_reboot > 0 then 'pending reboot' else 'compliant' end as state,
    coalesce(c.missing, 0) as missing
  from server as s
  left join patch_summary as c on c.collected = s.collected and c.account_id = s.account_id and c.region = s.region
    and c.resource_id = s.resource_id
  where s.collected >= cast(? as varchar) and s.collected <= cast(? as varchar))
select collected, account_id, region, patch_group, count(*) as servers,
  count(*) filter (where state = 'unknown') as unknown,
  count(*) filter (where state = 'failed') as failed, count(*) filter (where state = 'missing') as missing,
  count(*) filter (where state = 'pending reboot') as pending_reboot,
  count(*) filter (where state = 'compliant') as compliant, cast(sum(missing) as bigint) as missing_updates
from states
group by collected, account_id, region, patch_group
order by collected, account_id, region, patch_group
