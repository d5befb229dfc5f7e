from bid select auction, bidder, price * 0.908 as price, date_time, extra
