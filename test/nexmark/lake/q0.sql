from acme.silver.q0 select auction, bidder, price, channel, url, date_time, extra
