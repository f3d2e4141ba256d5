"""Running models: engines, the tasks that drive them and the record of every attempt."""
