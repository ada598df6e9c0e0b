"""Molar masses of the free bases, g/mol: the sums of their formulae over standard atomic weights (IUPAC, abridged).

Ketamine C13H16ClNO, norketamine C12H14ClNO, hydroxynorketamine C12H14ClNO2; carbon 12.011, hydrogen 1.008, chlorine
35.45, nitrogen 14.007, oxygen 15.999. Calculated, to two decimals.
"""

KETAMINE = 237.73
NORKETAMINE = 223.70
HYDROXYNORKETAMINE = 239.70
NORKETAMINE_PER_KETAMINE = NORKETAMINE / KETAMINE
HYDROXYNORKETAMINE_PER_KETAMINE = HYDROXYNORKETAMINE / KETAMINE
