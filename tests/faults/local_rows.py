"""L: what happens on the caller's side; tests of their own show it."""

from .row import AnyRow, Elsewhere

_CANCELLING = "tests/test_cancelling.py::"
_SHARING = "tests/test_sharing.py::"

LOCAL_ROWS: tuple[AnyRow, ...] = (
    Elsewhere(
        name="L1",
        fault="cancelled at every wait",
        tests=(_CANCELLING + "test_a_call_may_be_cancelled_at_every_wait",),
    ),
    Elsewhere(
        name="L2",
        fault="walks left by break, a hundred times",
        tests=(_CANCELLING + "test_walks_left_by_break_hold_nothing",),
    ),
    Elsewhere(
        name="L3",
        fault="a consumer that takes its time",
        tests=(
            _CANCELLING + "test_a_consumer_that_takes_its_time_holds_no_connection",
            _CANCELLING + "test_what_is_read_ahead_holds_no_connection_for_longer_than_it_takes",
        ),
    ),
    Elsewhere(
        name="L4",
        fault="closed with calls in flight",
        tests=(
            _SHARING + "test_closing_ends_whatever_is_on_its_way_or_queues",
            _SHARING + "test_closing_ends_whoever_sleeps_or_waits_at_the_gate",
            _CANCELLING + "test_closing_may_be_cancelled_at_every_wait",
        ),
    ),
    Elsewhere(
        name="L5",
        fault="used after it was closed",
        tests=("tests/test_client.py::test_use_after_close_says_so_and_closing_twice_does_nothing",),
    ),
    Elsewhere(
        name="L6",
        fault="used in another event loop",
        tests=(
            "tests/test_client.py::test_one_client_outlives_twenty_event_loops",
            _SHARING + "test_one_client_serves_many_threads_one_loop_after_the_other",
        ),
        note="another loop works",
    ),
    Elsewhere(name="L7", fault="SIGINT and SIGTERM in an export", tests=("tests/cli/test_resuming.py",)),
    Elsewhere(name="L8", fault="SIGKILL at random points", tests=("tests/export/test_killing.py",)),
    Elsewhere(name="L9", fault="a full disk", tests=("tests/export/test_output.py",)),
    Elsewhere(name="L10", fault="the file exists", tests=("tests/export/test_place.py", "tests/export/test_claim.py")),
    Elsewhere(name="L11", fault="resumed with something else", tests=("tests/export/test_resuming.py",)),
    Elsewhere(name="L12", fault="two exports at one path", tests=("tests/export/test_claim.py::test_a_second_export",)),
)
