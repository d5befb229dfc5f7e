from acme.gold.q8 select distinct id, name, starttime
