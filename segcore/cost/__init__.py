"""What messages cost: integer counts that add up, and where the messages come from."""
