"""When is a feed polled next, and how does it do?  Pure rules, from back-off to staleness."""
