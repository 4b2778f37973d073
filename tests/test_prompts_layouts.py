"""One few-shot prompt in many layouts: rules, headings, lone slots and what follows the answers."""

from __future__ import annotations

import pytest

from ftvp.prompts import parse_prompt
from tests.test_prompts_kinds import Edges

A_RULE_IS_NO_UNDERLINE = [
    pytest.param(
        "Sort it.\n\n**Examples**\n\nNote: wet floor\nKind:\nleak\n---\nNote: late pears\nKind:\n"
        "delivery\n---\nNote: stuck\nKind:\ndoor\n\nNote: {note}\nKind:",
        [("Note: wet", "leak"), ("Note: late", "delivery"), ("Note: stuck", "door")],
        id="below a word of its length",
    ),
    pytest.param(
        "**Examples**\n\n**Example 1: hall**\nIn:\n\nlamp out\n\nOut:\n\ndim\n---\n"
        "**Example 2: gate**\nIn:\n\nlock jams\n\nOut:\n\nrepair\n---\n"
        "**Example 3: dock**\nIn:\n\nrope worn\n\nOut:\n\nbuy\n\nIn:\n\n{in}\n\nOut:\n",
        [("**Example 1", "dim"), ("**Example 2", "repair"), ("**Example 3", "buy")],
        id="a paragraph of its own",
    ),
    pytest.param(
        "Examples:\n\nFish: pike\nSea:\nno\n===\nFish: cod\nSea:\nyes\n===\nFish: perch\nSea:\n"
        "rarely\n\nFish: {fish}\nSea:",
        [("Fish: pike", "no"), ("Fish: cod", "yes"), ("Fish: perch", "rarely")],
        id="double",
    ),
]
RULES_BETWEEN = [
    pytest.param(
        "## Examples\n\nInput: wet floor\nOutput: leak\n\n---\n\nInput: stuck lock\nOutput: "
        "door\n\n"
        "Keep to one word.\n\n- Never guess.\n",
        [("Input: wet", "leak"), ("Input: stuck", "door")],
        id="answers of a line",
    ),
    pytest.param(
        'Examples:\n\nNote: wet\nJSON:\n{\n "kind": "leak"\n}\n\n***\n\nNote: stuck\nJSON:\n{\n'
        ' "kind": "door"\n}\n\nKeep to these keys.\n\nNo prose.\n',
        [("Note: wet", "}"), ("Note: stuck", "}")],
        id="answers in brackets",
    ),
    pytest.param(
        "Examples:\n\nText: wet\nReply: We come.\nToday.\n\n___\n\nText: stuck\nReply: We "
        "wait.\nHere."
        "\n\nBe kind.\n\nBe brief.\n",
        [("Text: wet", "Today."), ("Text: stuck", "Here.")],
        id="answers of some lines",
    ),
]
PROSE_BEFORE_THE_REQUEST = [
    pytest.param(
        "### Example 1\nInput: wet floor\nOutput: leak\n\n### Example 2\nInput: stuck lock\n"
        "Output: door\n\nKeep to one word.\n\nInput: {note}\nOutput:",
        [("### Example 1", "leak"), ("### Example 2", "door")],
        id="headings",
    ),
    pytest.param(
        "Example 1:\nMail: late\nDesk:\n- freight\n- money\n\nExample 2:\nMail: rude\nDesk:\n"
        "- head\n"
        "- staff\n\nName two desks.\n\n- No more.\n\nMail: {mail}\nDesk:",
        [("Example 1", "- money"), ("Example 2", "- staff")],
        id="lists",
    ),
    pytest.param(
        "**Example A: hall**\n**Q:** Is it dim?\n**A:** Yes.\n\n**Example B: gate**\n**Q:** "
        "Is it shut?"
        "\n**A:** No.\n\nSay yes or no, and no more.\n\n**Q:** {q}\n**A:**",
        [("**Example A", "Yes."), ("**Example B", "No.")],
        id="bold",
    ),
]
A_LONE_SLOT_FOLLOWS = [
    pytest.param(
        "Examples:\n\nNote: wet floor\nKind: leak\n\nNote: stuck lock\nKind: door\n\n{note}\n",
        [("Note: wet", "leak"), ("Note: stuck", "door")],
        id="blank lines",
    ),
    pytest.param(
        "Follow these examples:\n\nNote: wet\n\nSeen twice.\nKind: leak\n\n---\n\nNote: "
        "stuck\n\nSeen once."
        "\nKind: door\n\n---\n\nNote: dim\n\nNever seen.\nKind: light\n\n{note}\n",
        [("Note: wet", "leak"), ("Note: stuck", "door"), ("Note: dim", "light")],
        id="rules",
    ),
    pytest.param(
        "Here are examples:\n\n1. Note: wet\n\nSeen twice.\nKind: leak\n\n2. Note: stuck\n\n"
        "Seen once.\n"
        "Kind: door\n\n3. Note: dim\n\nNever seen.\nKind: light\n\n{note}\n",
        [("1. Note: wet", "leak"), ("2. Note: stuck", "door"), ("3. Note: dim", "light")],
        id="numbers",
    ),
]
THE_LABEL_IS_AN_ARTICLE = [
    pytest.param(
        f"Examples:\n\nQ: {first}\nA: {one}\n\nQ: {second}\nA: {two}\n\nQ: {{q}}\nA:",
        [(f"Q: {first}", one), (f"Q: {second}", two)],
        id=one,
    )
    for first, one, second, two in (
        ("What drips?", "A leak in the pump.", "What jams?", "The lock of a door."),
        ("Who rang?", "A guest with a dog.", "Who wrote?", "The clerk and a cook."),
        ("What is due?", "The bill of a buyer.", "What is late?", "A crate of pears."),
    )
]
TITLES_BETWEEN = [
    pytest.param(
        f"Follow the examples below.\n\n### 1. Wet\n{a}: it drips\n{b}: Cold.\n{c}: leak\n### "
        f"2. Shut\n{a}: "
        f"it jams\n{b}: Rust.\n{c}: door\n### 3. Dim\n{a}: it is dark\n{b}: Old.\n{c}: lamp\n"
        f"\n{{note}}\n",
        [(f"{a}: it drips", "leak"), (f"{a}: it jams", "door"), (f"{a}: it is", "lamp")],
        id=a,
    )
    for a, b, c in (
        ("Fault", "Cause", "Remedy"),
        ("- Sign", "- Reason", "- Part"),
        ("Seen", "Felt", "Done"),
    )
]
NO_LABEL_OF_THE_ANSWER = [
    pytest.param(
        "Examples:\n\n<fault>drip</fault>\n<part>pump</part>\n\n<fault>jam</fault>\n"
        "<part>lock</part>\n\n"
        "<fault>dark</fault>\n",
        [("<fault>drip", "pump</part>"), ("<fault>jam", "lock</part>")],
        id="tags",
    ),
    pytest.param(
        "Examples:\n\nWidget: cog\nVerdict: keep\n---\nWidget: cam\nVerdict: drop\n---\n"
        "Widget: rod\n",
        [("Widget: cog", "keep"), ("Widget: cam", "drop")],
        id="rules",
    ),
    pytest.param(
        "Examples:\n\n**Before:** he go\n**After:** he goes\n\n**Before:** I is\n**After:** "
        "I am\n\n"
        "**Before:** we was\n",
        [("**Before:** he", "he goes"), ("**Before:** I", "I am")],
        id="bold",
    ),
]
BEGUN_BY_A_LONG_INPUT = [
    pytest.param(
        f"## Examples\n\n{a}: It drips.\n\nSeen twice.\n{b}: Who comes?\n{c}: repair\n\n{a}: "
        f"It jams.\n\n"
        f"Seen once.\n{b}: Who pays?\n{c}: money\n\n{a}: It is dim.\n\nNever seen.\n{b}: Who "
        f"asks?\n"
        f"{c}: front\n\n{{note}}\n",
        [(f"{a}: It drips", "repair"), (f"{a}: It jams", "money"), (f"{a}: It is", "front")],
        id=a,
    )
    for a, b, c in (
        ("Passage", "Query", "Desk"),
        ("Report", "Question", "Team"),
        ("Log", "Claim", "Owner"),
    )
]
RECORDS_ABOVE_A_SLOT = [
    pytest.param(f"You are a clerk.\n\n{text}\n\n{{note}}\n", [], id=text.partition(":")[0])
    for text in (
        "Name: guest\nType: text\n\nName: room\nType: number\n\nName: since\nType: date",
        (
            "Step 1: Read it.\nFind the name.\n\nStep 2: Sort it.\nUse one word.\n\nStep 3: "
            "Reply.\nSign it."
        ),
        "If: it is wet\nThen: repair\n\nIf: it is shut\nThen: front\n\nIf: it is due\nThen: money",
    )
]
DOCUMENTS_TO_READ = [
    pytest.param(f"Answer from these.\n\n{text}\n", [], id=text.partition(":")[0])
    for text in (
        (
            "Title: Times\nText: The ferry leaves at nine.\n\nTitle: Fares\nText: A child rides "
            "free here.\n\n"
            "Title: Dogs\nText: Dogs stay on the deck."
        ),
        (
            "Page: 1\nPassage: Ships lie at the berth.\n\nPage: 2\nPassage: A tug pulls the others."
            "\n\nPage: 3\nPassage: The pilot guides a ship."
        ),
        (
            "Author: Ann\nComment: The lamp is out again.\n\nAuthor: Bo\nComment: It was out "
            "last week.\n\n"
            "Author: Cy\nComment: They say it comes Friday."
        ),
    )
]
LAYOUTS = [
    *A_RULE_IS_NO_UNDERLINE,
    *RULES_BETWEEN,
    *PROSE_BEFORE_THE_REQUEST,
    *A_LONE_SLOT_FOLLOWS,
    *THE_LABEL_IS_AN_ARTICLE,
    *TITLES_BETWEEN,
    *NO_LABEL_OF_THE_ANSWER,
    *BEGUN_BY_A_LONG_INPUT,
    *RECORDS_ABOVE_A_SLOT,
    *DOCUMENTS_TO_READ,
]


@pytest.mark.parametrize(("text", "edges"), LAYOUTS)
def test_each_layout_is_split_at_its_examples(text: str, edges: Edges) -> None:
    shots = [shot.text.strip("-=*_ \n") for shot in parse_prompt(text, "prompt.txt").shots]
    assert len(shots) == len(edges), shots
    for shot, (begin, end) in zip(shots, edges, strict=True):
        assert shot.startswith(begin.strip("-*_ ")), shot
        assert shot.endswith(end), shot
