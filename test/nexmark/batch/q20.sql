select bid.auction, bid.bidder, bid.price, bid.channel, bid.url, bid.date_time,
  auction.item_name, auction.initial_bid, auction.reserve, auction.expires, auction.seller_id as seller
from bid join auction on bid.auction = auction.id where auction.category = 10
