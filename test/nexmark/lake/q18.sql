from acme.gold.q18 select auction, bidder, price, channel, url, date_time, extra
