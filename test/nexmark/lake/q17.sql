from acme.gold.q17 select auction, strftime(window_start, '%Y-%m-%d') as day,
  total_bids,
  rank1_bids,
  rank2_bids,
  rank3_bids,
  min_price,
  max_price,
  avg_price,
  sum_price
