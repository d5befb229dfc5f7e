select auction, bidder, price * 0.908 as price,
  case when hour(date_time) between 8 and 18 then 'dayTime'
    when hour(date_time) <= 6 or hour(date_time) >= 20 then 'nightTime' else 'otherTime' end as bid_time_type,
  date_time, extra, len(list_filter(string_split(extra, ''), lambda sign: sign = 'c')) as c_counts
from bid where price * 0.908 > 1000000 and price * 0.908 < 50000000
