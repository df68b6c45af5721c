"""The web server: routes, templates, security headers, limits for clients."""
