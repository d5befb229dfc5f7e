with winning as (from acme.gold.valid_bids select auction, category, max(price) as final group by all)
select category, avg(final) as average from winning group by category
