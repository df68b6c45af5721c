"""What follows when an article in review is answered."""
