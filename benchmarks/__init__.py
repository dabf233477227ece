"""What the figures in the README come from: `make bench`. Ratios are of one run, taken in turns."""
