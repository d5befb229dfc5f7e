from bid select auction, bidder, price, channel, url, date_time, extra
