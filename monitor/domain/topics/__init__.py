"""An article and the several topics that it was judged for."""
