"""The place Keyword lab: write rules, try them on stored articles, put them in force."""
