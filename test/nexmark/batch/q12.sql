select bidder, count(*) as bid_count, time_bucket(interval '10 seconds', date_time) as starttime,
  time_bucket(interval '10 seconds', date_time) + interval '10 seconds' as endtime
from bid group by all
