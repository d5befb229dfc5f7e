with named as (
  select *, regexp_extract(url, '(&|^)channel_id=([^&]*)', 2) as given from bid)
select auction, bidder, price, channel,
  case lower(channel) when 'apple' then '0' when 'google' then '1' when 'facebook' then '2' when 'baidu' then '3'
    else given end as channel_id
from named where given <> '' or lower(channel) in ('apple', 'google', 'facebook', 'baidu')
