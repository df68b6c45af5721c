"""Figures: numbers of soldiers, losses, workers, arms and money in a text, and who claims them.

`extraction.extract_figures` is the door.  A grammar per language finds numbers, the pack's kinds
say what is counted, attribution patterns find the claimant.  Standard library only.
"""
