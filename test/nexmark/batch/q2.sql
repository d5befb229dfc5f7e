from bid select auction, price where auction % 123 = 0
