"""Rows of a benchmark: what was measured, beside what was wanted."""

import statistics


class Figures:
    def __init__(self, title):
        print(f"\n{title}\n{'':44}{'ours':>12}{'peer':>12}{'ratio':>8}{'target':>12}", flush=True)
        self.missed = 0

    def row(self, what, ours, unit="", peer=None, target=None, most=None):
        """`target` is the most that ours, or the ratio where there is a peer, may be; `most` says
        it in words."""
        value = ours / peer if peer else ours
        good = target is None or value <= target
        self.missed += not good
        said = most or ("" if target is None else f"<= {target:g}{' x' if peer else ' ' + unit}")
        print(f"{what:44}{shown(ours, unit):>12}{shown(peer, unit):>12}"
              f"{f'{value:.2f}' if peer else '':>8}{said:>12}  {'ok' if good else 'MISSED'}",
              flush=True)

    def count(self, what, ours, wanted):
        """So many of so many."""
        self.missed += ours < wanted
        print(f"{what:44}{ours:>12}{'':20}{f'{wanted} of {wanted}':>12}  "
              f"{'ok' if ours >= wanted else 'MISSED'}", flush=True)


def shown(value, unit):
    return "" if value is None else f"{value:.4g} {unit}".rstrip()


def median(values):
    return statistics.median(values)
