from acme.silver.q13 select auction, bidder, price, date_time, value
