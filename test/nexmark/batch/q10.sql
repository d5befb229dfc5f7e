select auction, bidder, price, date_time, extra,
  strftime(date_time, '%Y-%m-%d') as dt, strftime(date_time, '%H:%M') as hm
from bid
