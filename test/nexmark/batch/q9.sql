select auction.id, auction.item_name, bid.bidder, bid.price, bid.date_time
from auction join bid on auction.id = bid.auction
where bid.date_time between auction.date_time and auction.expires
qualify row_number() over (partition by auction.id order by bid.price desc, bid.date_time) = 1
