"""What is counted of one cell, in parts that can be added and taken away."""

from collections import Counter
from dataclasses import dataclass, field

from odoo.fields import Domain

from ...tools.figures import median_of


@dataclass(frozen=True)
class Measure:
    """What is counted: records of a model by a moment of theirs.

    - ``moment``: the date (and time) by which a record falls into a period;
    - ``domain``: which of them;
    - ``value``: the number that is summed beside the count; empty for none;
    - ``is_spread``: whether it is kept how many have which value (for a median).
    """

    res_model: str
    moment: str
    domain: Domain
    value: str = ""
    is_spread: bool = False


@dataclass
class Tally:
    """How many, their sum, and how many of which value."""

    n: int = 0
    total: float = 0
    spread: Counter = field(default_factory=Counter)

    def add(self, other, sign=1):
        """Add ``other``, or take it away with ``sign`` -1."""
        self.n += sign * other.n
        self.total += sign * other.total
        for value, count in other.spread.items():
            self.spread[value] += sign * count
        return self

    def __bool__(self):
        return bool(self.n or self.total or any(self.spread.values()))

    def mean(self):
        """The mean value; None of nothing."""
        return self.total / self.n if self.n > 0 else None

    def median(self):
        """The median value; None of nothing."""
        left = {value: count for value, count in self.spread.items() if count > 0}
        return median_of(left) if left else None

    def dump(self):
        """As JSON keeps it."""
        spread = [[value, count] for value, count in self.spread.items() if count]
        return [self.n, self.total, spread]

    @classmethod
    def load(cls, dumped):
        """What `dump` gave."""
        n, total, spread = dumped
        return cls(n, total, Counter(dict(map(tuple, spread))))
