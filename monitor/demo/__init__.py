"""Demo of the whole service in half a minute: shipped sample feeds, no network, no secrets."""
