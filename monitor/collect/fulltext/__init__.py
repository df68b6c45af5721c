"""Full text of articles: fetching and extracting their web pages."""
