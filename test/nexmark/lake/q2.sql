from acme.silver.q2 select auction, price
