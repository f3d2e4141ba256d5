"""The one-command local stack: embedded Postgres and Valkey, and the product's own processes."""
