"""Events in their order, for programs that follow them."""
