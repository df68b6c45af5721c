"""Requests to publishers: fetching, redirects, decompression, limits for each host, WebSub hubs."""
