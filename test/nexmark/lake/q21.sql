from acme.silver.q21 select auction, bidder, price, channel, channel_id
