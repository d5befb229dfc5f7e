from acme.silver.q1 select auction, bidder, price, date_time, extra
