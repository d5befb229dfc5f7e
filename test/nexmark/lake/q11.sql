from acme.gold.q11 select bidder, bid_count, window_start as starttime, window_end as endtime
