"""Federation: people whom an OpenID provider signs in."""
