select person.name, person.city, person.state, auction.id
from auction join person on auction.seller_id = person.id
where auction.category = 10 and person.state in ('OR', 'ID', 'CA')
