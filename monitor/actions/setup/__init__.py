"""Setup as code: feeds, subscriptions and silences in a file, compared, applied, exported."""
