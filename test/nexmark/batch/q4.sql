with winning as (
  select auction.id, auction.category, max(bid.price) as final
  from auction join bid on auction.id = bid.auction
  where bid.date_time between auction.date_time and auction.expires
  group by all)
select category, avg(final) as average from winning group by category
