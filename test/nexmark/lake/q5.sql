from acme.gold.q5 select window_start as starttime, auction, num
qualify num = max(num) over (partition by window_start)
