"""The table of measurements: what it says and what it keeps."""

import json

from denoiscope.devtools.table import Row, as_json, table

ROWS = [
    Row("recording", 1.4, "%", target=2.0, spread="0.9 to 1.8"),
    Row("import", 61.2, "ms", target=50.0),
    Row("page", 982_110, "bytes"),
]


def test_a_value_above_its_target_is_a_miss():
    assert [row.verdict for row in ROWS] == ["pass", "MISS", ""]


def test_the_table_is_aligned_and_numbers_stand_right():
    lines = table(ROWS).splitlines()
    assert [line.split()[0] for line in lines] == ["what", "recording", "import", "page"]
    assert lines[1].index("1.4") + 3 == lines[2].index("61.2") + 4 == lines[3].index("982,110") + 7


def test_the_json_says_which_machine_and_keeps_every_digit():
    kept = json.loads(as_json(ROWS))
    assert kept["format"] == "denoiscope.bench"
    assert kept["rows"][1] == {
        "what": "import", "value": 61.2, "unit": "ms", "target": 50.0, "spread": "", "verdict": "MISS"
    }  # fmt: skip
    assert kept["machine"]["cores"] > 0
