"""Kinds of layout that people use: where each shot begins and ends, and what is none."""

from __future__ import annotations

import pytest

from ftvp.prompts import parse_prompt

Edges = list[tuple[str, str]]


LAST_IS_LONGER = [
    pytest.param(
        "Pick the parts.\n\n## Examples\n\n### Example 1\nOrder: one hinge\nParts:\nhinge\n\n"
        "### Example 2\nOrder: a door\n\nwith a lock\n\nand a frame\nParts:\ndoor\n\nlock\n\n"
        "frame\n\n"
        "## Order\n{order}\nParts:\n",
        [("### Example 1", "hinge"), ("### Example 2", "frame")],
        id="a section of a higher level ends it",
    ),
    pytest.param(
        "Example A:\nNote: cold\nMood: low\n\nExample B:\nNote: rain\n\nwind\n\nhail\nMood: low\n\n"
        "then better\n\n~~~~~~~~\nNow this note.\nNote: {note}\nMood:",
        [("Example A:", "low"), ("Example B:", "then better")],
        id="a rule ends it",
    ),
    pytest.param(
        "--Examples--\nExample 1:\nIn: a\nOut:\n1\n\nExample 2:\nIn: b\n\nc\n\nd\nOut:\n2\n\n"
        "3\n\n4\n\n"
        "--Real Data--\nIn: {x}\nOut:",
        [("Example 1:", "1"), ("Example 2:", "4")],
        id="a framed heading ends it",
    ),
    pytest.param(
        "Case 1\nFault: no light\nFix: new bulb\n\nCase 2\nFault: no heat\nFix: bleed it\n\n"
        "wait\n\n"
        "bleed again\n\nNow it's your turn.\n\nCase 3\nFault: {fault}\nFix:",
        [("Case 1", "new bulb"), ("Case 2", "bleed again")],
        id="the next turn ends it",
    ),
]
FURTHER_TURNS = [
    pytest.param(
        "# Samples of talks\n\n---\n\n## Example 1: Lamp\nUser: The lamp is dark.\nAssistant:\n"
        "Cause: the bulb.\n\nUser: It is new.\nAssistant:\nCause: the switch.\n\n---\n\n"
        "## Example 2: Door\nUser: The door sticks.\nAssistant:\nCause: damp wood.\n\n---\n\n"
        "## Example 3: Pump\nUser: The pump drips.\nAssistant:\nCause: a worn seal.\n\n"
        "User: Which one?\nAssistant:\nCause: the lower one.\n\n"
        "User: Who mends it?\nAssistant:\nCause: none known.\n",
        [("## Example 1", "switch."), ("## Example 2", "wood."), ("## Example 3", "none known.")],
        id="a label that comes again in each turn",
    ),
    pytest.param(
        "## Example 1\nCustomer: My hinge broke.\nAgent: Which door?\n\n"
        "Customer: The back one.\nAgent: I send a hinge.\n\n"
        "## Example 2\nCustomer: My key bent.\nAgent: Which lock?\n\n"
        "Customer: The shed.\nAgent: I send a key.\n\nCustomer: Thanks.\nAgent: Any time.\n",
        [("## Example 1", "hinge."), ("## Example 2", "Any time.")],
        id="one turn more than before",
    ),
    pytest.param(
        "### Example A\nUser: Is it far?\nBot: Where to?\n\nUser: The mill.\nBot: Two miles.\n\n"
        "### Example B\nUser: Is it open?\nBot: Which shop?\n\nUser: The mill.\nBot: Till six.\n\n"
        "User: Thanks.\nBot: Gladly.\n\nUser: Bye.\nBot: Bye.\n",
        [("### Example A", "miles."), ("### Example B", "Bot: Bye.")],
        id="two turns more than before",
    ),
]
ANSWERS_WITH_HEADINGS = [
    pytest.param(
        "# Plans\n\n---\n\n## Example 1\n\n**Order:** a shed\n\n**Plan:**\n\n# Shed\n\n"
        "## Wood\nOak.\n\n## Costs\n| part | usd |\n|---|---|\n| oak | 90 |\n\n---\n\n"
        "## Example 2\n\n**Order:** a gate\n\n**Plan:**\n\n# Gate\n\n## Wood\nPine.\n",
        [("## Example 1", "| oak | 90 |"), ("## Example 2", "Pine.")],
        id="a heading that only one answer has",
    ),
    pytest.param(
        "### Example 1\nTopic: tides\nEssay:\n\n## Why\nThe moon.\n\n## When\nTwice.\n\n---\n\n"
        "### Example 2\nTopic: wind\nEssay:\n\n## Why\nThe sun.\n\n---\n\n"
        "### Example 3\nTopic: rain\nEssay:\n\n## Why\nThe sea.\n",
        [("### Example 1", "Twice."), ("### Example 2", "sun."), ("### Example 3", "sea.")],
        id="headings of a higher level",
    ),
    pytest.param(
        "## Example 1\nTicket: oil\nReport:\n## Cause\nA seal.\n## Risk\nLow.\n\n---\n\n"
        "## Example 2\nTicket: dust\nReport:\n## Cause\nA fan.\n\n---\n\n"
        "## Your ticket\nTicket: {ticket}\nReport:",
        [("## Example 1", "Low."), ("## Example 2", "A fan.")],
        id="without blank lines around them",
    ),
]
NOTHING_ELSE = [
    pytest.param(
        "[NOTE]\nroom: nine\ntext: the lamp in the hall went dark\n[OUTPUT]\n"
        "light, but not urgent\n\n"
        "[NOTE]\nroom: two\ntext: water runs under the sink\n[OUTPUT]\nleak, and it is urgent\n",
        [("[NOTE]", "not urgent"), ("[NOTE]", "is urgent")],
        id="brackets",
    ),
    pytest.param(
        "### Ticket\nMessage: my order of pears came three days late\nAnswer: refund the buyer\n\n"
        "### Ticket\nMessage: the invoice names the wrong street\nAnswer: send it again\n",
        [("### Ticket", "the buyer"), ("### Ticket", "it again")],
        id="headings",
    ),
    pytest.param(
        "Desk: front\nQuestion: when do you open in the morning?\nAnswer: at eight each day\n\n"
        "Desk: repair\nQuestion: can you mend a lamp today?\nAnswer: yes, bring it by noon\n",
        [("Desk: front", "each day"), ("Desk: repair", "by noon")],
        id="labels",
    ),
]
ASKED_IN_TITLES = [
    pytest.param(
        "Write SQL.\n\nCONTOH\nGuests of this month by room:\nSELECT room FROM guests;\n\n"
        "Notes without an answer:\nSELECT id\nFROM notes;\n\nRooms in use today:\nSELECT 3;\n",
        [("Guests", "guests;"), ("Notes", "notes;"), ("Rooms", "3;")],
        id="below a bare word",
    ),
    pytest.param(
        "Write a rule.\n\n## Examples\n\nBlock all mail from one sender:\n`drop from x`\n\n"
        "Keep a copy of each bill:\n`copy bill`\n\nMark mail of this week:\n`mark week`\n",
        [("Block", "from x`"), ("Keep", "bill`"), ("Mark", "week`")],
        id="below a heading, to the end",
    ),
    pytest.param(
        "Answer as shown.\n\n示例\nhow far is it to the mill：\ntwo miles\n\n"
        "who mends the old lamp：\nthe clerk\n\nwhen does the ferry leave：\nat nine\n",
        [("how far", "miles"), ("who mends", "clerk"), ("when does", "nine")],
        id="below a word of a language without plurals",
    ),
]
CALLED_BY_WHAT_THEY_ARE = [
    pytest.param(
        'Book tables.\n\n## Example dialogues\n\nUser: "a table for two"\nAction: book(2)\n\n'
        'User: "cancel it"\nAction: cancel()\n\n## Rules\n- Never book twice.\n',
        [("User:", "book(2)"), ("User:", "cancel()")],
        id="dialogues",
    ),
    pytest.param(
        "Write SQL.\n\n### Sample questions\n\nQuestion: how many rooms?\nSQL: SELECT 1;\n\n"
        "Question: which notes?\nSQL: SELECT 2;\n\n### Your question\n\n{question}\n",
        [("Question: how", "1;"), ("Question: which", "2;")],
        id="questions",
    ),
    pytest.param(
        "Sort.\n\n# Example tickets\n\nTicket: it leaks\nDesk: repair\n\nTicket: it is dear\n"
        "Desk: money\n\nTicket: {ticket}\nDesk:",
        [("Ticket: it leaks", "repair"), ("Ticket: it is", "money")],
        id="tickets",
    ),
]
NUMBERS_WITH_LETTERS = [
    pytest.param(
        "Sort.\n\nEXAMPLE AB1\n[IN]: a leak\n[OUT]: repair\n\nEXAMPLE AB2\n[IN]: a bill\n"
        "[OUT]: money\n",
        [("EXAMPLE AB1", "repair"), ("EXAMPLE AB2", "money")],
        id="two letters",
    ),
    pytest.param(
        "Sort.\n\nExample ex-1\nNote: a leak\nDesk: repair\n\nExample ex-2\nNote: a bill\n"
        "Desk: money\n",
        [("Example ex-1", "repair"), ("Example ex-2", "money")],
        id="with a dash",
    ),
    pytest.param(
        "Sort.\n\n### Example TST3\nNote: a leak\nDesk: repair\n\n### Example TST4\nNote: a bill\n"
        "Desk: money\n",
        [("### Example TST3", "repair"), ("### Example TST4", "money")],
        id="three letters, in headings",
    ),
]
LAST_IS_NO_REQUEST = [
    pytest.param(
        "**Example 1**\n\nLong\n\nAlpha beta gamma.\n\nShort\n\nAlpha.\n\n**Example 2**\n\nLong\n\n"
        "Delta and more.\n\nShort\n\nDelta.\n\n**Your text**\n\nLong\n\n{{long}}\n\nShort\n",
        [("**Example 1**", "Alpha."), ("**Example 2**", "Delta.")],
        id="bold headings, another one over the request",
    ),
    pytest.param(
        "### Example 1\n\n# Field\n\nlaw\n\n# Score\n\nhigh\n\n### Example 2\n\n# Field\n\nart\n\n"
        "# Score\n\nlow\n\n-Real Data-\n\n# Field\n\n{field}\n\n# Score\n\n",
        [("### Example 1", "high"), ("### Example 2", "low")],
        id="headings of a higher level inside, the same in the request",
    ),
    pytest.param(
        "Beispiel 1:\nSatz: kalt\nThema: Wetter\n\nBeispiel 2:\nSatz: teuer\nThema: Geld\n\n"
        "Satz: {satz}\nThema:",
        [("Beispiel 1:", "Wetter"), ("Beispiel 2:", "Geld")],
        id="the labels of the examples begin the request",
    ),
]
ONE_LABEL_IS_ODD = [
    pytest.param(
        "Text: good soup\nLabel: food\n\nText: long queue\nLabel - service\n\nText: cold tea\n"
        "Label: food\n\nText: {text}\nLabel:",
        [("Text: good soup", "food"), ("Text: long queue", "service"), ("Text: cold tea", "food")],
        id="a dash for the colon",
    ),
    pytest.param(
        "Ask: size of Ost\nPlan: look it up\nTool: map\n\nAsk: age of Ost\nIdea: look it up\n"
        "Tool: book\n\nAsk: mayor of Ost\nPlan: ask\nTool: phone\n\nAsk: {q}\nPlan:\nTool:",
        [("Ask: size", "map"), ("Ask: age", "book"), ("Ask: mayor", "phone")],
        id="another word for one label",
    ),
    pytest.param(
        "Q: 2 and 2\n# code:\nprint(2 + 2)\n\nQ: 3 and 3\n# code:\n# note: twice three\n"
        "print(3 + 3)\n\nQ: 4 and 4\n# code:\nprint(4 + 4)\n\nQ: {q}\n# code:\n",
        [("Q: 2 and 2", "print(2 + 2)"), ("Q: 3", "print(3 + 3)"), ("Q: 4", "print(4 + 4)")],
        id="a note in one of them",
    ),
    pytest.param(
        "Claim: Ost is old\nProof: built 1204\nVerdict: true\n\nClaim: Ost is big\n"
        "Verdict: false\n\n"
        "Claim: Ost is dry\nProof: no river\nVerdict: true\n\nClaim: {claim}\nProof:\nVerdict:",
        [
            ("Claim: Ost is old", "true"),
            ("Claim: Ost is big", "false"),
            ("Claim: Ost is dry", "true"),
        ],
        id="one label missing",
    ),
]
SHOTS_ALONE = [
    pytest.param(
        "\n\n".join(
            f"Question: how far is town {n}?\nThought: map.\nAnswer: {n} miles" for n in "456"
        ),
        [
            ("Question: how far is town 4", "4 miles"),
            ("Question", "5 miles"),
            ("Question", "6 miles"),
        ],
        id="question, thought, answer",
    ),
    pytest.param(
        "\n\n".join(f"Passage: page {n}\nQuestion: which?\nAction: Finish[{n}]" for n in "123"),
        [("Passage: page 1", "[1]"), ("Passage", "[2]"), ("Passage", "[3]")],
        id="a passage first",
    ),
    pytest.param(
        "\n\n".join(f"Problem: {n} jars\nPlan: count\nSteps: one\nDone: {n}" for n in range(2, 7)),
        [("Problem", str(n)) for n in range(2, 7)],
        id="five problems with four labels",
    ),
]
CODE_AFTER_A_QUESTION = [
    pytest.param(
        "# Q: three pens at 2?\n# Python:\ncost = 3 * 2\nprint(cost)\n\n"
        "# Q: four cups at 5?\n# Python:\ncost = 4 * 5\nprint(cost)\n\n# Q: {question}\n",
        [("# Q: three", "print(cost)"), ("# Q: four", "print(cost)")],
        id="comments",
    ),
    pytest.param(
        "Write SQL.\n\nAsk: all users\n```sql\nSELECT * FROM users;\n```\n\nAsk: old users\n"
        "```sql\nSELECT * FROM users WHERE age > 80;\n```\n\nAsk: {ask}\n",
        [("Ask: all", "```"), ("Ask: old", "```")],
        id="fences without a label",
    ),
    pytest.param(
        "// Task: add\nfunction add(a, b) {\n  return a + b;\n}\n\n// Task: sub\n"
        "function sub(a, b) {\n  return a - b;\n}\n\n// Task: {task}\n",
        [("// Task: add", "}"), ("// Task: sub", "}")],
        id="slashes for comments",
    ),
]
KEPT_APART = [
    pytest.param(
        "the cat sat\nle chat\n<END>\nthe dog ran\nle chien\n<END>\nthe cow ate\nla vache\n<END>\n",
        [("the cat", "<END>"), ("the dog", "<END>"), ("the cow", "<END>")],
        id="an end mark",
    ),
    pytest.param(
        "Rewrite it.\n\nHey! Send the file!\nCould you send the file?\n[done]\n\n"
        "Hey! Call me!\nCould you call me?\n[done]\n\n{{$input}}\n",
        [("Hey! Send", "[done]"), ("Hey! Call", "[done]")],
        id="a mark in brackets, then the slot",
    ),
    pytest.param(
        "Say yes or no.\n\nIt rains and is dry.\nBoth cannot be.\nno\n\nIt is cold and wet.\n"
        "Both can be.\nyes\n\nIt is noon and dark.\nAn eclipse.\nyes\n\n{statement}\n",
        [("It rains", "no"), ("It is cold", "yes"), ("It is noon", "yes")],
        id="empty lines, then the slot",
    ),
]
IN_STEP = [
    pytest.param(
        "<case>\n<said>hello</said>\n<kind>greeting</kind>\n</case>\n<case>\n<said>bye</said>\n"
        "<kind>parting</kind>\n</case>\n<case>\n<said>{{said}}</said>\n",
        [("<case>", "</case>"), ("<case>", "</case>")],
        id="a tag of any name around like tags",
    ),
    pytest.param(
        "You get these fields.\nreply: what we wrote\nstars: from 1 to 5\n\nmail: no answer yet\n"
        "reply: we are on it\nstars: 4\n\nmail: broken again\nreply: sorry\nstars: 2\n\n"
        "mail: {mail}\nreply: {reply}\nstars:",
        [("mail: no answer", "4"), ("mail: broken", "2")],
        id="labels explained above",
    ),
    pytest.param(
        "---\nname: rate\ninputs:\n  question:\n    type: string\n  answer:\n"
        "    type: string\n---\n"
        "source: a map\nquestion: where is Ost?\nanswer: east\nscore: 5\n\nsource: a book\n"
        "question: who rules?\nanswer: Ann\nscore: 3\n\nsource: {{s}}\nquestion: {{q}}\n"
        "answer: {{a}}\nscore:",
        [("source: a map", "5"), ("source: a book", "3")],
        id="labels among the settings",
    ),
]
FORMATS = [
    pytest.param(
        "Reply so:\nTitle: a title\nSummary: the summary in a line\n\nTitle: {title}\nSummary:",
        id="articles before the words of the labels",
    ),
    pytest.param(
        "Output format:\n<answer>\n[your answer]\n</answer>\n<score>\n[a number]\n</score>\n\n{q}",
        id="brackets inside tags",
    ),
    pytest.param(
        "Example format:\n- Name: <name>\n- Age: <age>\n\nText: {text}", id="angle brackets"
    ),
    pytest.param(
        "Use this form.\n\nQUESTION: question here\nPLAN: steps here\nANSWER: answer here\n\n"
        "QUESTION: {q}\nPLAN:",
        id="the word here",
    ),
]
FORMAT_THEN_SHOTS = [
    pytest.param(
        "Question: ${{A sum.}}\nAnswer: ${{The number.}}\n\nQuestion: 2 and 3\nAnswer: 5\n\n"
        "Question: 4 and 4\nAnswer: 8\n\nQuestion: {q}\nAnswer:",
        [("Question: 2 and 3", "5"), ("Question: 4 and 4", "8")],
        id="slots with a dollar",
    ),
    pytest.param(
        "Word: <a word>\nKind: <its kind>\n\nWord: run\nKind: verb\n\nWord: dog\nKind: noun\n\n"
        "Word: {word}\nKind:",
        [("Word: run", "verb"), ("Word: dog", "noun")],
        id="slots in angle brackets",
    ),
    pytest.param(
        "Mail: the mail you get\nTeam: the team it goes to\n\nMail: my lamp broke\nTeam: light\n\n"
        "Mail: my tap drips\nTeam: water\n\nMail: {{mail}}\nTeam:",
        [("Mail: my lamp", "light"), ("Mail: my tap", "water")],
        id="described in words",
    ),
]
DOUBLED_BRACES = [
    pytest.param(
        'Extract.\n\nText: Ann has a mill.\nOutput: {{"who": "Ann", "has": ["mill"]}}\n\n'
        "Text: {text}\nOutput:",
        [("Text: Ann", '["mill"]}}')],
        id="JSON on one line",
    ),
    pytest.param(
        'EXAMPLE:\nText: Ann\nOutput:\n[{{"a": {{"b": 1, ...}}}},\n {{"c": 2}}]\n---\n'
        "Text: {text}\nOutput:\n",
        [("EXAMPLE:", '{{"c": 2}}]')],
        id="a list over lines, with an ellipsis",
    ),
    pytest.param(
        'Q: red?\nA: {{\n  "colour": "red"\n}}\n\nQ: big?\nA: {{\n  "size": "big"\n}}\n\n'
        "Q: {q}\nA:",
        [("Q: red", "}}"), ("Q: big", "}}")],
        id="objects over lines",
    ),
]
RULES_BETWEEN = [
    pytest.param(
        "# Ratings\n## [Rate: 1] (bad)\nDefinition: it is wrong.\n\n**Examples:**\n  **Ask:** a?\n"
        "  **Reply:** no\n\n  **Ask:** b?\n  **Reply:** nil\n\n## [Rate: 2] (good)\n"
        "Definition: it is right.\n\n**Examples:**\n  **Ask:** c?\n  **Reply:** yes\n\n# Data\n"
        "ASK: {{ask}}\nREPLY: {{reply}}\n",
        [("**Ask:** a", "no"), ("**Ask:** b", "nil"), ("**Ask:** c", "yes")],
        id="levels with examples each",
    ),
    pytest.param(
        "1. **Add** what is new.\n- **Example**:\n    - Old: []\n    - Fact: x\n"
        "    - Result: [1]\n\n"
        "2. **Drop** what is wrong.\nNever keep it.\n- **Example**:\n    - Old: [1]\n"
        "    - Fact: y\n"
        "    - Result: []\n\n3. **Keep** the rest.\n- **Example**:\n    - Old: [1]\n"
        "    - Fact: x\n    - Result: [1]\n",
        [("- **Example**:", "[1]"), ("- **Example**:", "[]"), ("- **Example**:", "[1]")],
        id="numbered rules with an example each",
    ),
    pytest.param(
        "## Greet\nSay hello first.\n\nExample:\nUser: hi\nReply: Hello!\n\n## Part\n"
        "Say goodbye.\n\nExample:\nUser: bye\nReply: Goodbye!\n",
        [("Example:", "Hello!"), ("Example:", "Goodbye!")],
        id="sections with an example each",
    ),
]
ONE_EXAMPLE = [
    pytest.param(
        'Example Talk:\n[{"user": "hi"}]\n\nExample Score:\n{"score": 3}\n\nTalk:\n{{talk}}\n\n'
        "Score:",
        [("Example Talk:", '{"score": 3}')],
        id="a pair that is called an example",
    ),
    pytest.param(
        "Judge it.\n===== EXAMPLE =====\nPlan: run\nTrace:\n{}\n\nJSON:\n{}\n"
        "===== END OF EXAMPLE ====="
        "\n\nPlan: {{plan}}\nTrace: {{trace}}\n\nJSON:",
        [("===== EXAMPLE", "END OF EXAMPLE =====")],
        id="between a mark and its end",
    ),
    pytest.param(
        "Draw it.\n\nHere's an example of a drawing:\n\nWish: a box\n\nExample Drawing:\n```\n"
        "[ ]\n```"
        "\n\nKeep it small.\n\nWish: {wish}",
        [("Wish: a box", "```")],
        id="announced, ended by its fence",
    ),
    pytest.param(
        '# Input example\n--------\nROWS\n1, a\n\nOutput:\n\n{\n  "n": 1\n}\n\n# Real Data\n\n'
        "{rows}\n\n"
        "Output:",
        [("# Input example", "}")],
        id="a headed input with its output",
    ),
]
TABLES = [
    pytest.param(
        "Examples:\n\n| Text | Label |\n|---|---|\n| fine | good |\n| bad | poor |\n\nNow: {text}",
        [("| fine", "good |"), ("| bad", "poor |")],
        id="a table that is announced",
    ),
    pytest.param(
        "## Examples\n| in | out |\n| :-- | --: |\n| 1 | one |\n| 2 | two |\n| {n} | |\n",
        [("| 1 ", "one |"), ("| 2 ", "two |")],
        id="the request in the last row",
    ),
    pytest.param(
        "Beispiele:\n\n| Satz | Thema |\n|------|-------|\n| kalt | Wetter |\n\n## Regeln\nKurz.\n",
        [("| kalt", "Wetter |")],
        id="a German table",
    ),
]
WORDS_ABOVE = [
    pytest.param(line, id=line)
    for line in (
        "Use the information below.",
        "Reformat nothing. Answer in the usual format.",
        "Route each FAQ to its team.",
        "You see the transcript of a call.",
        "Use your knowledge base.",
        "Give the schema of no table.",
    )
]


def check(text: str, edges: Edges, name: str = "prompt.txt") -> None:
    shots = [shot.text.strip() for shot in parse_prompt(text, name).shots]
    assert len(shots) == len(edges), shots
    for shot, (begin, end) in zip(shots, edges, strict=True):
        assert shot.startswith(begin), shot
        assert shot.removesuffix("---").strip().endswith(end), shot


@pytest.mark.parametrize(("text", "edges"), LAST_IS_LONGER)
def test_a_mark_ends_the_last_example_however_long(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize(("text", "edges"), LAST_IS_NO_REQUEST)
def test_the_last_example_is_not_the_request(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize(("text", "edges"), ONE_LABEL_IS_ODD)
def test_one_odd_label_does_not_end_a_run(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize(("text", "edges"), SHOTS_ALONE)
def test_a_file_may_hold_shots_alone(text: str, edges: Edges) -> None:
    check(text, edges)
    assert parse_prompt(text, "prompt.txt").request_is_slot


@pytest.mark.parametrize(("text", "edges"), CODE_AFTER_A_QUESTION)
def test_code_answers_a_question_without_a_label(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize(("text", "edges"), KEPT_APART)
def test_examples_without_labels_are_kept_apart(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize(("text", "edges"), IN_STEP)
def test_each_answer_belongs_to_the_input_before_it(text: str, edges: Edges) -> None:
    check(text, edges, "prompt.prompty" if text.startswith("---") else "prompt.txt")


@pytest.mark.parametrize("text", FORMATS)
def test_a_described_format_is_no_example(text: str) -> None:
    assert parse_prompt(text, "prompt.md").shots == ()


@pytest.mark.parametrize(("text", "edges"), FORMAT_THEN_SHOTS)
def test_a_format_before_examples_is_none_of_them(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize(("text", "edges"), DOUBLED_BRACES)
def test_doubled_braces_are_braces(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize(("text", "edges"), RULES_BETWEEN)
def test_what_stands_between_examples_stays_instruction(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize(("text", "edges"), ONE_EXAMPLE)
def test_one_example_is_found_by_its_marks(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize(("text", "edges"), TABLES)
def test_the_rows_of_an_announced_table_are_shots(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize("line", WORDS_ABOVE)
def test_a_word_in_the_line_above_drops_no_shot(line: str) -> None:
    blocks = (
        "Call: a lamp\nTeam: light\n\nCall: a tap\nTeam: water\n\nCall: a stove\nTeam: heat\n\n"
    )
    check(
        f"{line}\n\n{blocks}Call: {{call}}\nTeam:",
        [("Call: a lamp", "light"), ("Call: a tap", "water"), ("Call: a stove", "heat")],
    )


@pytest.mark.parametrize(("text", "edges"), FURTHER_TURNS)
def test_an_example_may_be_a_talk_of_several_turns(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize(("text", "edges"), ANSWERS_WITH_HEADINGS)
def test_a_rule_ends_an_example_whose_answer_has_headings(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize(("text", "edges"), NOTHING_ELSE)
def test_two_examples_may_be_the_whole_file(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize(("text", "edges"), ASKED_IN_TITLES)
def test_titles_may_ask_what_their_paragraphs_answer(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize(("text", "edges"), NUMBERS_WITH_LETTERS)
def test_the_number_of_an_example_may_have_letters(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize(("text", "edges"), CALLED_BY_WHAT_THEY_ARE)
def test_a_heading_in_the_plural_stands_over_several(text: str, edges: Edges) -> None:
    check(text, edges)
