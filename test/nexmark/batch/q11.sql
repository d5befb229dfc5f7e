with marked as (
  select *, coalesce(date_time - lag(date_time) over (partition by bidder order by date_time) >= interval '10 seconds', true) as begins
  from bid),
numbered as (select *, sum(begins::int) over (partition by bidder order by date_time) as session from marked)
select bidder, count(*) as bid_count, min(date_time) as starttime, max(date_time) + interval '10 seconds' as endtime
from numbered group by bidder, session
