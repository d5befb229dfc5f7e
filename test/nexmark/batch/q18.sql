from bid select auction, bidder, price, channel, url, date_time, extra
qualify row_number() over (partition by bidder, auction order by date_time desc) = 1
