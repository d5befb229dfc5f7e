from acme.gold.valid_bids select auction as id, item_name, bidder, price, date_time
qualify row_number() over (partition by auction order by price desc, date_time) = 1
