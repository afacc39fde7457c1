"""What a type checker knows of the adapter of duckdb; test_integrations_typing.py asks it, and runs this."""

from __future__ import annotations

import duckdb

from segcore import PROFILES
from segcore.integrations.duckdb import register

with duckdb.connect() as connection:
    register(connection)
    register(connection, "twilio", default_region="GB")
    register(connection, profile=PROFILES["telnyx"])
