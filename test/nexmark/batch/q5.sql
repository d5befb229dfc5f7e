with counted as (
  select auction, starttime, count(*) as num
  from (
    select *, unnest(generate_series(
      time_bucket(interval '2 seconds', date_time) - interval '8 seconds',
      time_bucket(interval '2 seconds', date_time),
      interval '2 seconds')) as starttime
    from bid)
  group by all),
most as (select starttime, max(num) as num from counted group by all)
select starttime, auction, num from counted semi join most using (starttime, num)
