"""Does segcore agree with Twilio's calculator, and is every difference explained?"""

from __future__ import annotations

from dataclasses import replace

import pytest
import regex
from conftest import FULL_SWEEP

from benchmarks import node_peer
from benchmarks.node_peer import NodePeer
from segcore import Segmenter
from segcore.rules.smart_encoding import TABLES
from tools.twilio_calculator import Difference, compare, corpus, main
from tools.twilio_corpus import KINDS
from tools.twilio_differences import (
    CONJUNCTS,
    EXPLANATIONS,
    FLAGS,
    JOINED,
    LARGER,
    MOVED,
    NEWER,
    TONES,
    Answer,
    packed,
    reasons,
    units_of,
)

FEW = 2 * len(KINDS)

# Each reason alone, at the end of a first segment of 67 code units: one side parts there, the other does not.
CASES = {
    LARGER: "a" + "\u0301" * 150,
    MOVED: "a" * 10 + "b" + "\u0301" * 58 + "c" + "\u0301" * 29,
    CONJUNCTS: "б" * 65 + "\u0915\u094d\u0937" + "б" * 66,
    JOINED: "б" * 64 + "\U0001f43b\u200d\u2b1b" + "б" * 65,
    TONES: "б" * 66 + "\U0001f3fd" + "б" * 65,
    FLAGS: "б" * 58 + "\u0600" + "\U0001f1e9\U0001f1ea" * 6 + "б" * 50,
    NEWER: "б" * 66 + "\u0b95\u0c3c" + "б" * 66,
}


pytestmark = pytest.mark.kernel_independent


@pytest.fixture(scope="module")
def quick() -> bool:
    """Whether a few texts are enough."""
    return not FULL_SWEEP


@pytest.fixture(scope="module")
def peer() -> NodePeer:
    """The calculator, where Node and npm are."""
    try:
        return node_peer.load()
    except ImportError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("smart", [False, True])
def test_every_difference_is_explained(peer: NodePeer, quick: bool, smart: bool) -> None:
    """No text is counted otherwise for no reason."""
    result = compare(peer, corpus(FEW if quick else 1_000, seed=1), smart)
    assert result.texts == (FEW if quick else 1_000)
    assert result.unexplained == []
    assert len(result.differences) < result.texts / 20


@pytest.fixture(scope="module")
def alone(peer: NodePeer) -> dict[str, Difference]:
    """The differences between the two sides, for each reason on the text that was made for it."""
    found = {each.text: each for each in compare(peer, iter(CASES.values()), smart=False).differences}
    return {reason: found[text] for reason, text in CASES.items() if text in found}


@pytest.mark.parametrize("reason", EXPLANATIONS)
def test_each_reason_alone(alone: dict[str, Difference], reason: str) -> None:
    """A text made for one reason differs, for this reason and no other."""
    assert alone[reason].reasons == {reason}


def test_a_wrong_count_is_not_explained_away(peer: NodePeer, alone: dict[str, Difference]) -> None:
    """Were segcore wrong, or the two not to send the same, there would be no reason."""
    difference = alone[CONJUNCTS]
    ((*_, fullest, _),) = peer.ask("count", [CASES[CONJUNCTS]])
    (detail,) = peer.ask("explain", [CASES[CONJUNCTS]])
    ours, its = difference.segcore, difference.calculator
    assert reasons(ours, its, fullest, detail) == {CONJUNCTS}
    for wrong in ({"segments": ours.segments + 1}, {"units": 1}, {"encoding": "GSM-7"}, {"digest": ""}):
        assert reasons(replace(ours, **wrong), its, fullest, detail) == set()
    assert reasons(ours, replace(its, segments=9), fullest, detail) == set()
    size = sum(detail["standard"])
    for lie in ({"its": detail["standard"]}, {"its": [1] * size}, {"standard": [1] * size}):
        assert reasons(ours, its, fullest, {**detail, **lie}) == set()


def test_conjuncts_that_are_newer_than_icu(peer: NodePeer) -> None:
    """A virama joins what is behind it to whatever is in front of it since Unicode 18."""
    joined = ("\u094d\u0937", "\u1039\u1000", "\u1b44\u1b13")
    found = compare(peer, ("б" * 66 + pair + "б" * 66 for pair in joined), smart=False)
    assert [difference.reasons for difference in found.differences] == [{CONJUNCTS}] * len(joined)


@pytest.mark.parametrize("smart", [False, True])
def test_the_slow_count(quick: bool, smart: bool) -> None:
    """segcore counts as packing the clusters of `regex` one after the other does; no Node is needed."""
    counter = Segmenter("twilio", smart_encoding=smart)
    for text in corpus(10 * FEW if quick else 10_000, seed=2):
        sent = TABLES["twilio"].replacements if smart else {}
        replaced = "".join(sent.get(point, point) for point in text)
        whole = replaced.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
        encoding, _, segments = counter.measure(text)
        clusters = list(whole) if encoding == "GSM-7" else regex.findall(r"\X", whole)
        assert counter.sent(text) == replaced
        assert packed(units_of(clusters, encoding), encoding) == segments, ascii(text)


def test_packing() -> None:
    """Clusters are kept whole, unless they fit into no segment."""
    assert packed([], "UCS-2") == 1
    assert packed([[1]] * 70, "UCS-2") == 1
    assert packed([[1]] * 71, "UCS-2") == 2
    assert packed([[1] * 40, [1] * 40], "UCS-2") == 2
    assert packed([[1] * 40, [1] * 20, [1] * 40], "UCS-2") == 2
    assert packed([[1] * 40, [1] * 40, [1] * 40], "UCS-2") == 3
    assert packed([[1] * 40, [1] * 80], "UCS-2") == 2
    assert packed([[2]] * 80, "GSM-7") == 1
    assert packed([[2]] * 81, "GSM-7") == 2
    assert packed([[2]] * 153, "GSM-7") == 3


def test_the_command(peer: NodePeer, capsys: pytest.CaptureFixture[str]) -> None:
    """``python -m tools.twilio_calculator`` prints the report and says that nothing is unexplained."""
    assert main(["--texts", "60"]) == 0
    printed = capsys.readouterr().out
    assert f"sms-segments-calculator {peer.version}" in printed
    assert "| off | 60 |" in printed
    assert all(f"| {reason} |" in printed for reason in EXPLANATIONS)


def test_answers_compare_by_value() -> None:
    """Two sides that say the same are equal."""
    assert Answer("GSM-7", 1, 1, "") == Answer("GSM-7", 1, 1, "")
