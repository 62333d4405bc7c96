"""How something grows, as text."""

import math

_WIDTH = 48  # columns for the whole range
_PARTS = " ▏▎▍▌▋▊▉"  # of one column, in eighths


def plot(title, values):
    """A bar for each value of {size: value}, on a logarithmic scale: what grows as the sizes do
    grows by the same step, and `slope` is 1."""
    low = 10 ** math.floor(math.log10(min(values.values())))
    high = 10 ** math.ceil(math.log10(max(values.values()) * 1.0001))
    lines = [f"\n{title} (logarithmic, {low:g} to {high:g}{_slope(values)})"]
    for size, value in values.items():
        eighths = round(8 * _WIDTH * math.log(value / low) / math.log(high / low))
        bar = "█" * (eighths // 8) + _PARTS[eighths % 8].strip()
        lines.append(f"{size:>8} │{bar:<{_WIDTH}} {value:.4g}")
    return "\n".join(lines)


def _slope(values):
    """The exponent of the growth between the first and the last size."""
    (first, least), *_, (last, most) = [*values.items()] if len(values) > 1 else [(1, 1)] * 2
    return "" if last == first else f"; slope {math.log(most / least) / math.log(last / first):.2f}"
