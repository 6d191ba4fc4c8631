"""Metrics: what is counted, in the form that Prometheus reads."""

from collections import Counter
from collections.abc import Iterator, Mapping

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from bot.tally import BUCKETS, Decided, Spread, State, Tally

CONTENT_TYPE = CONTENT_TYPE_LATEST


def spelled(
    decided: Decided, tally: Tally, state: State | None, copy_age: float | None = None
) -> bytes:
    """Everything as text; `state` is None when the store does not answer, `copy_age` where no
    copies are made."""
    found = [*_counted(decided, tally), *_stands(state)]
    if copy_age is not None:
        found.append(_gauge("backup_age_seconds", "How old the copy of what is live is", copy_age))
    registry = CollectorRegistry()
    registry.register(_Numbers(found))
    return bytes(generate_latest(registry))


class _Numbers:
    """What was gathered, in the shape that Prometheus' client asks for."""

    def __init__(self, found: list[Metric]) -> None:
        self.found = found

    def collect(self) -> list[Metric]:
        return self.found


def _counted(decided: Decided, tally: Tally) -> Iterator[Metric]:
    outcomes = decided.outcomes
    yield _counter("actions", "What was decided", ("action", "outcome"), outcomes)
    yield _counter("cards", "Cards delivered", ("surface", "lane"), tally.delivered)
    yield _counter("failures", "Tries that failed", ("surface", "kind"), tally.failed)
    yield _histogram("action_seconds", "Time of one action in the store", {"": decided.took})
    yield _histogram("alert_seconds", "From the decision to the platform's yes", tally.alerts)


def _stands(state: State | None) -> Iterator[Metric]:
    yield _gauge("up", "1 when the store answers", 0.0 if state is None else 1.0)
    if state is None:
        return
    yield _gauge("timer_lag_seconds", "How late the most overdue timer is", state.timer_lag)
    yield _gauge("outbox_age_seconds", "How long the oldest card has waited", state.outbox_age)
    yield _gauge("alert_age_seconds", "How long the oldest alert has waited", state.alert_age)
    yield _gauge("outbox_cards", "Cards that wait", float(state.waiting))
    for name, value in state.measures.items():
        yield _gauge(name, name, value)


def _counter(
    name: str, help: str, labels: tuple[str, str], found: Counter[tuple[str, str]]
) -> Metric:
    family = CounterMetricFamily(f"kollega_{name}", help, labels=labels)
    for values, count in sorted(found.items()):
        family.add_metric(values, count)
    return family


def _gauge(name: str, help: str, value: float) -> Metric:
    return GaugeMetricFamily(f"kollega_{name}", help, value=value)


def _histogram(name: str, help: str, found: Mapping[str, Spread]) -> Metric:
    family = HistogramMetricFamily(f"kollega_{name}", help, labels=("surface",))
    for label, spread in sorted(found.items()):
        below, buckets = 0, []
        for edge in (*BUCKETS, float("inf")):
            below += spread.buckets[edge]
            buckets.append(("+Inf" if edge == float("inf") else str(edge), below))
        family.add_metric((label,), buckets, spread.total)
    return family
