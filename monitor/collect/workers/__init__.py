"""Child processes that parse, and can be killed: pool, worker, protocol between them."""
