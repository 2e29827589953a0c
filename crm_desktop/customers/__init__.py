"""Who buys: customers, their people, tags and own fields."""
