"""The gate: nothing passes that would mislead a reader."""
