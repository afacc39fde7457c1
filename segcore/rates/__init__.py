"""What messages cost, by destination: rate cards, their files, and exact sums of money."""
