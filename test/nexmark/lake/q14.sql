from acme.silver.q14 select auction, bidder, price, bid_time_type, date_time, extra, c_counts
