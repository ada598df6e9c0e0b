"""What of somebody's distance from the mean lasts, what is forgotten, and what is the rating's own error."""

KEPT = 0.4
"""Of what people who did well had gained above the mean, how much stays: SUSTAIN-1's treated arms lost 4.4 to 7.5 MADRS
points in maintenance (Daly 2019, read in source), three fifths of what choosing them had added. An assumption."""
RATING = 1 - (0.96 + 0.91) / 2
"""The part that is gone at the next rating: the 24-hour MADRS agrees with itself at 0.96 and 0.91 (Johnson 2016, ICC,
read in source)."""
FADING = 1 - KEPT - RATING
"""The part that is forgotten as plasticity is."""
