from acme.silver.q22 select auction, bidder, price, channel, dir1, dir2, dir3
