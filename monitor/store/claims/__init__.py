"""Claims: which process works on which row, by a lease that ends by itself."""
