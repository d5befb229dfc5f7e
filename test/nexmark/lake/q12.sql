from acme.gold.q12 select bidder, bid_count, window_start as starttime, window_end as endtime
