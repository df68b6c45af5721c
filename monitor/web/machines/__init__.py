"""Endpoints for programs: health, metrics, hubs (WebSub)."""
