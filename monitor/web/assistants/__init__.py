"""Assistants: read-only tools by the Model Context Protocol (MCP), over HTTP and over stdio."""
