"""placeholder"""

# Told apart by colour-blind readers and, by their lightness, on a grey print.
PALETTE = ("#17375E", "#E8A33D", "#7FB8DA", "#A8432A", "#CFCFCF", "#4E8F6D")
