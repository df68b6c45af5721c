"""Events as a stream: `/events`."""
