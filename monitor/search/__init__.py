"""Search: the tokeniser, the grammar of questions, and a question in words; pure rules."""
