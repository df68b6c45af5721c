"""HTTP: fetching, redirects, decompression, host limits, WebSub requests."""
