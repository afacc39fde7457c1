"""Templates: their fields are found, and each contact's count is that of the rendered text."""

from __future__ import annotations

import pickle
import random
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import SEED, environment

import segcore
from segcore import Encoding, Profile, Segmenter, Template
from segcore.rules.codings import GSM7, Coding

FUZZ = Path(__file__).with_name("template_fuzz.py")


@pytest.mark.parametrize(
    ("text", "style", "fields"),
    [
        ("Hi {{name}} and {{ city }}", "{{name}}", ("name", "city")),
        ("Hi {{ first_name | default: 'you' }}", "{{name}}", ("first_name",)),
        ('Hi {{${first_name} | default: "you"}}', "{{name}}", ("first_name",)),
        ("Hi {{contact.first name}}", "{{name}}", ("contact.first name",)),
        ("Hi {{{name}}}", "{{name}}", ("name",)),
        ("Hi {name}, {name}", "{name}", ("name",)),
        ("Hi %name%, 50% off and 20% more", "%name%", ("name",)),
        ("Hi ((first name))", "((name))", ("first name",)),
        ("Hi [First Name]", "[name]", ("First Name",)),
        ("Hi *|FNAME|*", "*|NAME|*", ("FNAME",)),
        ("Hi %%First Name%%", None, ()),
        ("Hi %%FirstName%%", "%name%", ("FirstName",)),
        ("Hi [[name]]", "[name]", ("name",)),
        ("Hi {{ name }} {{ :-) }} {{ SALE! }}", "{{name}}", ("name",)),
        ("Hi {name} {id: 17} {a, b}", "{name}", ("name",)),
        ("Pay ${amount}", "${name}", ("amount",)),
        ("OTP {#var#} for {#var#}", "{#var#}", ("var1", "var2")),
        ("Dear {#var#}", "{#var#}", ("var",)),
        # A specific style beside signs that mean themselves.
        ("[Web] {{name}}: 50% off {today}", "{{name}}", ("name",)),
        ("[Shop] Hi {a} and {b}", "{name}", ("a", "b")),
        # Nothing here is a field.
        ("a { b } {} {{}} [] %% 100% (( )) ${} *||* {", None, ()),
        ("", None, ()),
    ],
)
def test_fields_are_found(text: str, style: str | None, fields: tuple[str, ...]) -> None:
    template = Template(text)
    assert (template.style, template.fields) == (style, fields)


def test_a_style_overrides_what_is_detected() -> None:
    assert Template("{{a}} [b]", style="[name]").fields == ("b",)
    assert Template("{{a}} [b]", style="[]").fields == ("b",)
    assert Template("{{a}} [b]", style="%x%").fields == ()
    with pytest.raises(ValueError, match=r"style: unknown value '<x>'"):
        Template("a", style="<x>")


@pytest.mark.parametrize(
    "text",
    [
        "{{#if a}}x{{/if}}",
        "{% if a %}{{b}}{% endif %}",
        "{{a | truncate: 5}}",
        "{{ a[0] }}",
        "{{ a.upper() }}",
        "{{ a * 2 }}",
        '{{ a | default: "say \\"hi\\"" }}',
        "{{ a | default: b }}",
        "*|IF:VIP|*Hello*|END:IF|* *|FNAME|*",
        "*|UPPER:FNAME|*",
        "((name)) ((late??You are late))",
        '${name!"you"}',
        "${name:-you}",
        "Hi {name}, {count, plural, one {# item} other {# items}}",
        "{price:.2f}",
        '{{defaultIfEmpty name "you"}}',
        "{name|you}",
        "{Hi|Hello} {name}",
    ],
)
def test_what_cannot_be_counted_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not known|is not a quoted text"):
        Template(text)


def test_the_field_tips_the_count_at_eight() -> None:
    template = Template("Hi {{n}}" + "a" * 150)
    found = template.count_segments_bulk({"n": ["a" * length for length in range(1, 21)]})
    assert found.tolist() == [1] * 7 + [2] * 13
    bounds = template.bounds({"n": (1, 20)})
    assert (bounds.fewest, bounds.most, bounds.encoding) == (1, 2, Encoding.GSM7)
    assert (bounds.tipping_field, bounds.tipping_length) == ("n", 8)
    assert (bounds.shortest, bounds.longest) == ({"n": 1}, {"n": 20})
    assert bounds.with_ucs2 is not None
    assert (bounds.with_ucs2.most, bounds.with_ucs2.encoding) == (3, Encoding.UCS2)
    wide = template.bounds({"n": (1, 20, "ucs2")})
    assert (wide.fewest, wide.most, wide.encoding, wide.with_ucs2) == (1, 3, Encoding.UCS2, None)
    # One character outside GSM-7 is enough.
    assert (wide.tipping_field, wide.tipping_length) == ("n", 1)


def test_bounds_of_several_fields() -> None:
    template = Template("Hi {{name}}, {{code}} in {{city}}" + "a" * 130)
    found = template.bounds({"name": (0, 20), "code": 6, "city": "gsm7"})
    assert (found.fewest, found.open_fields) == (1, ("city",))
    assert found.most == 255
    assert found.longest["code"] == 6
    # "Hi ", ", " and " in " are 9 units: 15 more fit.
    assert (found.tipping_field, found.tipping_length) == ("name", 16)
    alone = template.bounds({"name": (0, 10), "code": 6, "city": (0, 10)})
    # Neither field alone; with the longest name the city needs 6.
    assert (alone.fewest, alone.most, alone.tipping_field, alone.tipping_length) == (1, 2, "city", 6)
    never = template.bounds({"name": 1, "code": 1, "city": 1})
    assert (never.fewest, never.most, never.tipping_field, never.tipping_length) == (1, 1, None, None)


def values_of(units: int) -> list[str]:
    """Return every text of so many septets, of characters of one and of two."""
    if units < 1:
        return [""] * (units == 0)
    return [*("a" + rest for rest in values_of(units - 1)), *("€" + rest for rest in values_of(units - 2))]


def test_bounds_are_those_of_all_values() -> None:
    rng = random.Random(int(SEED))
    gsm7 = Coding(Encoding.GSM7, GSM7.alphabet, GSM7.extension, room=(8, 6))
    for _ in range(40):
        added: dict[str, Any] = {"prefix": rng.choice(("", "€")), "suffix": rng.choice(("", "b€€"))}
        profile = Profile(
            "tight", "Tight", gsm7=gsm7, packing=rng.choice(("exact", "exact", "ceil")), **added
        )
        first, *rest = ("".join(rng.choices("a€b", k=rng.randint(0, 9))) for _ in range(3))
        template = Template(f"{first}{{{{x}}}}{rest[0]}{{{{y}}}}{rest[1]}", profile=profile)
        ranges = {name: (fewest, fewest + rng.randint(0, 2)) for name, fewest in (("x", 2), ("y", 0))}
        x, y = (
            [one for size in range(low, high + 1) for one in values_of(size)] for low, high in ranges.values()
        )
        counts = {
            template.segmenter.count_segments(template.filled({"x": one, "y": other}))
            for one in x
            for other in y
        }
        found = template.bounds(ranges)
        assert (found.fewest, found.most) == (min(counts), max(counts)), (template, profile)


def test_bounds_of_a_field_at_several_places_are_those_of_one_value() -> None:
    rng = random.Random(int(SEED))
    gsm7 = Coding(Encoding.GSM7, GSM7.alphabet, GSM7.extension, room=(5, 4))
    profile = Profile("tight", "Tight", gsm7=gsm7)
    for _ in range(40):
        first, *rest = ("".join(rng.choices("a€b", k=rng.randint(0, 3))) for _ in range(4))
        text = f"{first}{{{{x}}}}{rest[0]}{{{{x}}}}{rest[1]}{{{{x}}}}{rest[2]}"
        template, length = Template(text, profile=profile), rng.randint(2, 9)
        counts = [template.segmenter.count_segments(template.filled({"x": one})) for one in values_of(length)]
        found = template.bounds({"x": length})
        assert found.most == max(counts), (text, length)


@pytest.mark.parametrize(
    ("ranges", "message"),
    [
        ({}, "no length for the field 'n'"),
        ({"n": 1, "x": 1}, "ranges: field"),
        ({"n": (3, 2)}, "is not a range"),
        ({"n": (-1, 2)}, "is not a range"),
        ({"n": "latin"}, "unknown value 'latin'"),
        ({"n": (1, 2, 3, 4)}, "is not a range"),
        ({"n": True}, "is not a range"),
    ],
)
def test_ranges_that_make_no_sense(ranges: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Template("{{n}}").bounds(ranges)


def test_missing_values_are_named_or_take_the_default() -> None:
    template = Template("Hi {{name}} {{ city | default: 'Rome' }}{{ n | default('?') }}")
    rows = {"name": ["Ann"] * 3, "city": ["Oslo", None, ""], "n": [7, None, ""]}
    assert template.rendered(rows) == ["Hi Ann Oslo7", "Hi Ann Rome?", "Hi Ann Rome"]
    with pytest.raises(ValueError, match=r"columns\['name'\]\[1\]: no value for the field 'name'"):
        template.rendered({**rows, "name": ["a", None, "b"]})
    with pytest.raises(ValueError, match="no column for the field: unknown value 'city'"):
        template.rendered({"name": ["a"], "n": ["b"]})
    with pytest.raises(ValueError, match="different lengths: name 1, city 3"):
        template.rendered({**rows, "name": ["a"]})
    with pytest.raises(TypeError, match=r"columns\['n'\]\[2\]: expected str or int, got float"):
        template.rendered({**rows, "n": ["a", "b", 1.5]})
    with pytest.raises(ValueError, match="no value for the field 'name'"):
        template.render({"city": "Oslo"})


@pytest.mark.parametrize(
    ("text", "value", "rendered"),
    [
        ("Hi {{ a | upcase | default: 'you' }}", None, "Hi you"),
        ("Hi {{ a | default: 'you' | upcase }}", None, "Hi YOU"),
        ("Hi {{ a | strip | default: 'you' }}", "  ", "Hi you"),
        ("Hi {{ a | default: 'you', allow_false: true }}", "", "Hi you"),
        ("Hi {{ a | default('you', boolean=True) }}", "", "Hi you"),
        ("Hi {{ a | default: '' }}!", None, "Hi !"),
        # A sign of Liquid, Jinja or Handlebars that removes the space beside a field.
        ("Hi  {{- a -}}\n !", "Ann", "HiAnn!"),
        ("Hi {{~ a }} !", "Ann", "HiAnn !"),
        ("Hi %%a%%!", "Ann", "Hi Ann!"),
        ("Hi [[a]]!", "Ann", "Hi Ann!"),
        ("Hi [a,fallback=my friend]!", None, "Hi my friend!"),
        ("Hi [a, fallback=]!", "", "Hi !"),
    ],
)
def test_fields_are_filled_as_template_engines_do(text: str, value: str | None, rendered: str) -> None:
    template = Template(text)
    assert template.render({"a": value}) == rendered
    assert template.analyze_bulk({"a": [value]}).units.tolist() == [len(rendered)]


def test_filters_change_values() -> None:
    template = Template("{{ a | upcase }}{{ a | capitalize }}{{ a | strip | default: 'x' }}")
    assert template.rendered({"a": ["straße "]}) == ["STRASSE Straße straße"]


def test_tables_of_every_kind() -> None:
    pandas, polars, pyarrow = map(pytest.importorskip, ("pandas", "polars", "pyarrow"))
    data = {"First Name": ["Ann", "Łukasz"], "code": [1, 22]}
    template = Template("Hi {{first_name}}{{code}}")
    tables = [data, pandas.DataFrame(data), polars.DataFrame(data), pyarrow.table(data)]
    tables.append(SimpleNamespace(__arrow_c_stream__=tables[-1].__arrow_c_stream__))
    for table in tables:
        assert template.rendered(table) == ["Hi Ann1", "Hi Łukasz22"]
        assert template.analyze_bulk(table).units.tolist() == [7, 11]
    nulls = {"first_name": ["Ann", None], "code": [1, 2]}
    for table in (nulls, pandas.DataFrame(nulls), polars.DataFrame(nulls), pyarrow.table(nulls)):
        with pytest.raises(ValueError, match=r"columns\['first_name'\]\[1\]"):
            template.count_segments_bulk(table)
    with pytest.raises(TypeError, match="columns: expected a mapping of columns or a table, got list"):
        template.count_segments_bulk([data])
    with pytest.raises(TypeError, match=r"columns\['code'\]: expected a column of values, got str"):
        template.count_segments_bulk({"first_name": ["Ann", "Bob"], "code": "12"})


@pytest.mark.parametrize("often", [2, 50])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"smart_encoding": "segcore"},
        {"smart_encoding": "segcore", "partly": "when_fewer_segments"},
        {"languages": (1,)},
        {"link_length": 9},
    ],
    ids=str,
)
def test_many_rows_count_as_rendered(options: dict[str, Any], often: int) -> None:
    """Whether the sums of the first rows decide or not: those of a name in UCS-2 do not under some rules."""
    polars = pytest.importorskip("polars")
    for package in ("pandas", "pyarrow"):
        pytest.importorskip(package)
    names = ["Łukasz’s" if row % often == 0 else "Ann https://a.example/b"[: row % 24] for row in range(5000)]
    frame = polars.DataFrame({"name": names, "code": range(5000)})
    segmenter = Segmenter(Profile("p", "", **options))
    template = Template("Hi {name}, your code is {code}. " + "a" * 120, profile=segmenter)
    rendered = segmenter.analyze_bulk(template.rendered(frame))
    for table in (frame, frame.to_pandas(), frame.to_arrow(), frame.to_dict(as_series=False)):
        found = template.analyze_bulk(table)
        for column in ("encodings", "units", "segments"):
            assert getattr(found, column).tolist() == getattr(rendered, column).tolist()
        assert template.count_segments_bulk(table).tolist() == rendered.segments.tolist()


def test_many_rows_of_other_values() -> None:
    """Values that polars cannot hold, or holds in another form, count and fail as they do in a few rows."""
    pandas, pyarrow = map(pytest.importorskip, ("pandas", "pyarrow"))
    template, count = Template("\ud83d{a}" + "b" * 60, profile=Profile("p", "", link_length=9)), 5000
    for column, units in (
        (pandas.Series(["x", 12] * (count // 2), dtype=object), [62, 63]),
        (["x", "\ud83d"] * (count // 2), [62, 62]),
        (pyarrow.array(["x", "yz"] * (count // 2)).dictionary_encode(), [62, 63]),
    ):
        assert template.analyze_bulk({"a": column}).units.tolist() == units * (count // 2)
    for column in (pyarrow.array([1.5] * count), pandas.Series([1.5] * count), [1.5] * count):
        with pytest.raises(TypeError, match=r"columns\['a'\]\[0\]: expected str or int, got float"):
            template.count_segments_bulk({"a": column})
    for column in (pyarrow.array(["x", None] * count), pandas.Series(["x", None] * count)):
        with pytest.raises(ValueError, match=r"columns\['a'\]\[1\]: no value"):
            template.count_segments_bulk({"a": column})


def test_templates_show_their_text() -> None:
    assert repr(Template("Hi {{a}}")) == "Template('Hi {{a}}', style='{{name}}')"


def test_templates_can_be_pickled() -> None:
    template = pickle.loads(pickle.dumps(Template("Hi [a]", profile="twilio")))
    assert (template.fields, template.segmenter.profile.name) == (("a",), "twilio")


def test_a_text_without_fields_counts_the_same_for_each_row() -> None:
    assert Template("a" * 161).count_segments_bulk({"x": ["1", "2"]}).tolist() == [2, 2]
    with pytest.raises(ValueError, match="no number of messages"):
        Template("a").count_segments_bulk({})
    assert Template("{a}").count_segments_bulk({"a": []}).tolist() == []


def test_names_at_the_root() -> None:
    assert segcore.Template is Template


def test_random_templates(env_of: dict[str, str]) -> None:
    templates = "20" if env_of["SEGCORE_IMPLEMENTATION"] == "python" else "80"
    done = subprocess.run(
        [sys.executable, str(FUZZ), SEED, templates],
        env=environment(env_of),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("text", ["{%" * 50_000, "{{#" * 30_000, "((a??" * 20_000], ids=range(3))
def test_logic_without_an_end_takes_linear_time(text: str) -> None:
    """It would take minutes, and is a text as it stands."""
    assert segcore.Template(text).fields == ()
