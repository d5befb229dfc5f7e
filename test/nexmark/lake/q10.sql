from acme.silver.q10 select auction, bidder, price, date_time, extra, dt, hm
