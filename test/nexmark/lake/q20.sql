from acme.gold.q20 select auction, bidder, price, channel, url, date_time, item_name, initial_bid, reserve, expires, seller
