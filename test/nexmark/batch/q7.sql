with highest as (
  select time_bucket(interval '10 seconds', date_time) as starttime, max(price) as price from bid group by all)
select bid.auction, bid.price, bid.bidder, bid.date_time
from bid join highest on bid.price = highest.price and time_bucket(interval '10 seconds', bid.date_time) = highest.starttime
