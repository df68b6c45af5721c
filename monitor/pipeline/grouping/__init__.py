"""The stage of the poll that groups articles into stories."""
