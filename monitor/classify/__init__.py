"""Does it matter?  Words to numbers, numbers to reasons."""
