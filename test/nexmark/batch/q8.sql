with newcomer as (
  select distinct id, name, time_bucket(interval '10 seconds', date_time) as starttime from person),
seller as (select distinct seller_id, time_bucket(interval '10 seconds', date_time) as starttime from auction)
select newcomer.id, newcomer.name, newcomer.starttime
from newcomer join seller on newcomer.id = seller.seller_id and newcomer.starttime = seller.starttime
