from acme.gold.q3 select name, city, state, id
