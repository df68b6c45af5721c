"""One transaction for all that a group of polls changed: articles, alerts, copies, redirects."""
