"""Nouns of what people and readers answer: changes of marks, confirmations."""
