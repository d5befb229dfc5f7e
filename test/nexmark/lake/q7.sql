select bid.auction, bid.price, bid.bidder, bid.date_time
from acme.silver.q0 bid join acme.gold.q7 highest
on bid.price = highest.highest and bid.date_time >= highest.window_start and bid.date_time < highest.window_end
