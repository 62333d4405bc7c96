"""Rows of a benchmark: what was measured, beside what was wanted."""

import statistics

_WHAT = 48  # columns of what was measured


class Figures:
    def __init__(self, title):
        print(f"\n{title}\n{'':{_WHAT}}{'ours':>12}{'peer':>12}{'ratio':>8}{'target':>14}", flush=True)
        self.missed = 0

    def row(self, what, ours, unit="", peer=None, target=None, said=None):
        """`target` is the most that ours, or the ratio ours/peer where there is a peer, may be;
        `said` is that in other words."""
        value = ours / peer if peer else ours
        if said is None and target is not None:
            said = f"<= {target:g} {'x' if peer else unit}".rstrip()
        self._print(what, ours, unit, peer, f"{value:.2f}" if peer else "", said,
                    target is None or value <= target)

    def faster(self, what, ours, unit, peer, times=None):
        """We are to take so many times less than the peer; the ratio is peer/ours."""
        self._print(what, ours, unit, peer, f"{peer / ours:.1f}", times and f">= {times:g} x",
                    times is None or peer / ours >= times)

    def rate(self, what, ours, unit, peer, least):
        """We are to do at least so many times what the peer does in the same time."""
        self._print(what, ours, unit, peer, f"{ours / peer:.2f}", f">= {least:g} x",
                    ours / peer >= least)

    def count(self, what, ours, wanted):
        """So many of so many."""
        self._print(what, ours, "", None, "", f"{wanted} of {wanted}", ours >= wanted)

    def absent(self, what, why):
        """A peer that could not be measured is a target missed."""
        self.missed += 1
        print(f"{what:{_WHAT}}NOT MEASURED: {why}  MISSED", flush=True)

    def _print(self, what, ours, unit, peer, ratio, said, good):
        self.missed += not good
        verdict = "MISSED" if not good else "ok" if said else ""
        print(f"{what:{_WHAT}}{shown(ours, unit):>12}{shown(peer, unit):>12}{ratio:>8}"
              f"{said or '':>14}  {verdict}".rstrip(), flush=True)


def shown(value, unit):
    if value is None:
        return ""
    return (f"{value}" if isinstance(value, int) else f"{value:.4g}") + (unit and f" {unit}")


def median(values):
    return statistics.median(values)
