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
PAIRS_OF_ONE_SIGN = [
    pytest.param(
        'Name the mood of the line.\n\nSome examples:\n"The sea lay still" : calm\n'
        '"He beat his fists" : anger\n\nLine: {line}',
        [('"The sea', "calm"), ('"He beat', "anger")],
        id="quoted, with a colon",
    ),
    pytest.param(
        'Search words.\n\nFor example:\n"how late can I swim" becomes "pool hours"\n'
        '"anything for kids" becomes "children"\n\nReword the message.',
        [('"how late', '"pool hours"'), ('"anything', '"children"')],
        id="quoted, with a word",
    ),
    pytest.param(
        "Tag each line of the log.\n\nExamples:\n- disk full on node 4 | storage\n"
        "- login failed twice | security\n\nLine: {line}",
        [("- disk", "storage"), ("- login", "security")],
        id="with a bar",
    ),
    pytest.param(
        'Examples = [\n    ("Haul on the bow line", "rope"),\n    ("Keep her to the wind", '
        '"rudder"),\n]\n\nSailor: {text}',
        [('("Haul', '"rope"),'), ('("Keep', '"rudder"),')],
        id="pairs of Python",
    ),
]
OBJECTS_OF_A_LIST = [
    pytest.param(
        'Name the part. Examples:\n\n[\n  {"input": "haul the line", "output": "rope"},\n'
        '  {"input": "mind the wind", "output": "sail"}\n]\n\nInput: {text}',
        [('{"input": "haul', '"rope"},'), ('{"input": "mind', '"sail"}')],
        id="one line each",
    ),
    pytest.param(
        'Name the part.\n\nExamples:\n```json\n[\n  {\n    "text": "haul the line",\n'
        '    "label": "rope"\n  },\n  {\n    "text": "mind the wind",\n    "label": "sail"\n  }\n'
        "]\n```\n\nText: {text}",
        [('{\n    "text": "haul', "},"), ('{\n    "text": "mind', "}")],
        id="several lines, in a fence",
    ),
    pytest.param(
        "few_shot_examples = [\n    {'input': 'cold tea', 'output': 'bad'},\n"
        "    {'input': 'good scones', 'output': 'good'},\n]\n\nText: {text}",
        [("{'input': 'cold", "'bad'},"), ("{'input': 'good", "'good'},")],
        id="as Python writes it",
    ),
]
ARROWS_BELOW = [
    pytest.param(
        'Name the desk.\n\nExamples:\n\n"My bin is full"\n-> waste\n\n"A hole in the road"\n'
        "-> roads\n\nCall: {call}",
        [('"My bin', "waste"), ('"A hole', "roads")],
        id="quoted",
    ),
    pytest.param(
        "Name the desk.\n\n## Examples\nmy bin is full\n=> waste\na hole in the road\n=> roads\n"
        "a lost ring\n=> finds\n\nAnswer with one word.",
        [("my bin", "waste"), ("a hole", "roads"), ("a lost", "finds")],
        id="bare, without empty lines",
    ),
    pytest.param(
        "Name the desk.\n\nBeispiele:\n- Tonne voll\n  → Abfall\n- Loch im Weg\n  → Straßen\n\n"
        "{anruf}",
        [("- Tonne", "Abfall"), ("- Loch", "Straßen")],
        id="items of a list",
    ),
]
A_TALK_IS_ONE = [
    pytest.param(
        "You sell tickets.\n\nExample conversation:\nUser: One.\nAssistant: Single?\nUser: Yes.\n"
        "Assistant: Eight crowns.\n\nNow begin.\nUser: {message}",
        [("Example conversation", "Eight crowns.")],
        id="below one word for it",
    ),
    pytest.param(
        "You sell tickets.\n\nExamples:\n\nUser: One.\nAssistant: Single?\nUser: Yes.\n"
        "Assistant: Eight crowns.\n\nUser: Two.\nAssistant: A dog?\nUser: No.\nAssistant: Ten.\n\n"
        "User: {message}",
        [("User: One", "Eight crowns."), ("User: Two", "Ten.")],
        id="in paragraphs",
    ),
    pytest.param(
        "You sell tickets.\n\n## Example dialogue\n\nCustomer: One.\nAgent: Single?\n"
        "Customer: Yes.\nAgent: Eight crowns.\n\n## Rules\n\nBe brief.",
        [("## Example dialogue", "Eight crowns.")],
        id="below a heading",
    ),
]
ONE_WORD_HEADS_ALL = [
    pytest.param(
        "Turn it round.\n\nExample:\nInput: tall\nOutput: short\nInput: wide\nOutput: narrow\n\n"
        "Input: {word}\nOutput:",
        [("Input: tall", "short"), ("Input: wide", "narrow")],
        id="in English",
    ),
    pytest.param(
        "找出地点。\n\n示例：\n1. 输入：明天去北京\n   输出：北京\n"
        "2. 输入：上海冷吗\n   输出：上海\n\n"
        "用户输入：{text}",
        [("1. 输入", "北京"), ("2. 输入", "上海")],
        id="where one word is both",
    ),
    pytest.param(
        "判断情感。\n\n例如：\n句子：服务太好了 -> 正面\n句子：等了两个小时 -> 负面\n\n"
        "句子：{sentence}",
        [("句子：服务", "正面"), ("句子：等了", "负面")],
        id="lines with an arrow",
    ),
]
AN_EXTRA_LABEL_LAST = [
    pytest.param(
        "Grade it.\n\nExample 1:\nSaid: salt\nGrade: 5\n\nExample 2:\nSaid: sweet\nGrade: 0\n"
        "Hint: think of tears\n\nSaid: {said}",
        [("Example 1", "5"), ("Example 2", "tears")],
        id="under a heading",
    ),
    pytest.param(
        "### Examples\n\nNote: wet pages\nTag: damage\n\nNote: large print\nTag: request\n"
        "Comment: not a complaint\n\nGive one tag.",
        [("Note: wet", "damage"), ("Note: large", "complaint")],
        id="without one",
    ),
    pytest.param(
        'Example 1\nJar: plum\nOutput: {"fruit": "plum"}\n\nExample 2\nJar: blank\n'
        'Output: {"fruit": null}\nWhy: nothing is told\n\nReturn JSON.\n{jar}',
        [("Example 1", '"plum"}'), ("Example 2", "told")],
        id="below data",
    ),
    pytest.param(
        "Q: legs of a spider\nA: eight\n\nQ: legs of a bee\nA: six\nNow the question: {q}",
        [("Q: legs of a spider", "eight"), ("Q: legs of a bee", "six")],
        id="not the next turn",
    ),
]
LONG_TITLES = [
    pytest.param(
        "## Example 1: a guest who asks for a room with a view of the sea and hills\n\nIn:\na\n\n"
        "Out:\nb\n\n## Example 2: short\n\nIn:\nc\n\nOut:\nd\n",
        [("## Example 1", "b"), ("## Example 2", "d")],
        id="of more words than a heading has",
    ),
    pytest.param(
        "EXAMPLE 1 - A plan for the proposal of payment:\nUser: x\nReply: y\n\n"
        "EXAMPLE 2 - Escalation:\nUser: z\nReply: w\n",
        [("EXAMPLE 1", "y"), ("EXAMPLE 2", "w")],
        id="before a colon",
    ),
    pytest.param(
        "# Few-shot examples\n\n## FEW-SHOT 1 - a lamp\n\nNOTE:\n\n```\nlamp out\n```\n\nCALL:\n\n"
        '```json\n{"a": 1}\n```\n\n---\n\n## FEW-SHOT 2 - a tap\n\nNOTE:\n\n```\ntap drips\n```\n\n'
        'CALL:\n\n```json\n{"a": 2}\n```\n',
        [("## FEW-SHOT 1", "```"), ("## FEW-SHOT 2", "```")],
        id="numbered shots",
    ),
]
A_FENCE_ANSWERS = [
    pytest.param(
        'Return JSON.\n\nHere is an example:\n\nOrder: four chairs.\n\n```json\n{"n": 4}\n```\n\n'
        "Order: {order}",
        [("Here is an example", "```")],
        id="below the only label",
    ),
    pytest.param(
        "Example:\nTask: add one\n\n~~~\nx + 1\n~~~\n\nTask: {task}\n",
        [("Example:", "~~~")],
        id="of another sign",
    ),
    pytest.param(
        "Example:\nTask: add one\n\n```\nx + 1\n\ny + 1\n```\n\nKeep it short.\n\nTask: {task}",
        [("Example:", "```")],
        id="with an empty line",
    ),
]
THE_TASK_ABOVE_THE_FIRST_RULE = [
    pytest.param(
        f"Say it plainly.\n\n{rule}\nMarkets tumble\nPrices fell.\n{rule}\nMayor slams\n"
        f"He criticised it.\n{rule}\nStorm lashes\nA storm came.\n{rule}\n{{headline}}\n",
        [("Markets", "fell."), ("Mayor", "it."), ("Storm", "came.")],
        id=rule,
    )
    for rule in ("---", "====", "***")
]
TALKS_WITH_TITLES = [
    pytest.param(
        f"{a}\nPengguna: satu\nAsisten: 1\n\n{b}\nPengguna: dua\nAsisten: 2\n\n{c}\n"
        "Pengguna: tiga\nAsisten: 3\n",
        [("Pengguna: satu", "1"), ("Pengguna: dua", "2"), ("Pengguna: tiga", "3")],
        id=a,
    )
    for a, b, c in (
        ("## JSON", "## Ya", "## Profil"),
        ("[satu]", "[dua]", "[tiga]"),
        ("**Satu**", "**Dua**", "**Tiga**"),
    )
]
A_FENCE_EACH = [
    pytest.param(
        '# Vraelo\n\n## Miro\n```\nOrbal: tin vex\nSulna: {"a":1}\n```\n\n```\nOrbal: pol da\n'
        'Sulna: {"a":2}\n```\n\n## Kesto\nNulva: tir en = so.\n\n```\nOrbal: hum ro\n'
        'Sulna: {"a":3}\n```\n',
        [
            ("```\nOrbal: tin", '{"a":1}\n```'),
            ("```\nOrbal: pol", "```"),
            ("```\nOrbal: hum", "```"),
        ],
        id="in a language of its own",
    ),
    pytest.param(
        "Sort what guests write. Answer with the desk.\n\n## Examples\n\n### Rooms\n\n~~~\n"
        "Guest wrote: lamp out\nGoes to: repair\n~~~\n\n~~~\nGuest wrote: no towel\n"
        "Goes to: linen\n~~~\n\n### Bills\n\n~~~\nGuest wrote: paid twice\nGoes to: money\n~~~\n",
        [("~~~\nGuest wrote: lamp", "~~~"), ("~~~\nGuest wrote: no", "~~~"), ("~~~\nGuest", "~~~")],
        id="announced below the task",
    ),
]
AN_ITEM_AND_ITS_BLOCK = [
    pytest.param(
        'Name the aim.\n\n## Few-shot examples\n1. The ferry leaves at nine.\n{\n  "aim": "fact"\n}'
        '\n\n2. Lock the shed at night.\n{\n  "aim": "rule"\n}\n',
        [("1. The ferry", "}"), ("2. Lock", "}")],
        id="an object",
    ),
    pytest.param(
        'Name the aim.\n\n## Examples\n\n1. The ferry leaves at nine.\n\n```json\n{"aim": "fact"}\n'
        '```\n\n2. Lock the shed at night.\n\n```json\n{"aim": "rule"}\n```\n\n'
        '3. Tides turn twice a day.\n\n```json\n{"aim": "fact"}\n```\n',
        [("1. The ferry", "```"), ("2. Lock", "```"), ("3. Tides", "```")],
        id="a fenced object below an empty line",
    ),
]
OVER_A_LINE_OR_A_RULE = [
    pytest.param(
        'Write searches.\n\nExamples\n\nQ: "old pears"\n→ ["pear age"]\n\nQ: "best rope"\n'
        '→ ["rope test", "hemp rope",\n   "rope price"]\n\nQ: "tide today"\n→ ["tide table"]\n\n'
        "The question:\n{question}",
        [('Q: "old', '["pear age"]'), ('Q: "best', '"rope price"]'), ('Q: "tide', '"tide table"]')],
        id="a list over two lines",
    ),
    pytest.param(
        "Name the parts.\n\n-Examples-\n######\n\nExample 1:\n\ntext:\nThe crane lifts the crate.\n"
        "---------\noutput:\n(crane)\n(crate)\n######\n\n-Real Data-\n######"
        "\ntext: {text}\n######\n"
        "output:",
        [("Example 1:", "(crate)\n######")],
        id="a rule above the answer",
    ),
]
LAYOUTS = [
    *PAIRS_OF_ONE_SIGN,
    *OBJECTS_OF_A_LIST,
    *ARROWS_BELOW,
    *A_TALK_IS_ONE,
    *ONE_WORD_HEADS_ALL,
    *AN_EXTRA_LABEL_LAST,
    *LONG_TITLES,
    *A_FENCE_ANSWERS,
    *THE_TASK_ABOVE_THE_FIRST_RULE,
    *TALKS_WITH_TITLES,
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
    *A_FENCE_EACH,
    *AN_ITEM_AND_ITS_BLOCK,
    *OVER_A_LINE_OR_A_RULE,
]


@pytest.mark.parametrize(("text", "edges"), LAYOUTS)
def test_each_layout_is_split_at_its_examples(text: str, edges: Edges) -> None:
    shots = [shot.text.strip("-=*_ \n") for shot in parse_prompt(text, "prompt.txt").shots]
    assert len(shots) == len(edges), shots
    for shot, (begin, end) in zip(shots, edges, strict=True):
        assert shot.startswith(begin.strip("-*_ ")), shot
        assert shot.endswith(end), shot
