"""Generators of tables, and the comparison with Twilio's calculator."""
