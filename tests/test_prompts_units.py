"""Where units, answers and numbers end a shot, and what is a rule and no shot."""

from __future__ import annotations

import pytest

from tests.test_prompts_kinds import Edges, check

A_PARAGRAPH_FOLLOWS = [
    pytest.param(
        "Sort mail. Examples:\n\nMail: late parcel\nTeam: freight\n\nMail: wrong bill\n"
        "Team: money\n\n"
        "Name one team, as shown.\n\nKeep in mind:\n- Never two teams.\n- Today is {day}.\n",
        [("Mail: late", "freight"), ("Mail: wrong", "money")],
        id="answers of one line",
    ),
    pytest.param(
        'Here are examples:\n\nText: oak and elm\nTrees:\n{\n "n": 2\n}\n\nText: one fir\nTrees:\n'
        '{\n "n": 1\n}\n\nGive JSON as above.\n\nRemember these:\n- No prose.\n\nText: {text}\n',
        [("Text: oak", "}"), ("Text: one", "}")],
        id="answers that a bracket closes",
    ),
    pytest.param(
        "Some examples:\n\nGuest: no towel\nHost: We bring one.\nNote: room\n\nGuest: cold soup\n"
        "Host: We warm it.\nNote: meal\n\nYou always write a note.\n\nBe kind:\n"
        "1. Greet.\n2. Thank.\n",
        [("Guest: no", "room"), ("Guest: cold", "meal")],
        id="three labels",
    ),
]
A_FORMAT_FOLLOWS = [
    pytest.param(
        "Judge it. Examples:\n\nRULE: no gold\nSAID: I sell gold\nBROKEN: yes\nWHY: It sells.\n\n"
        "RULE: no gold\nSAID: I sell tin\nBROKEN: no\nWHY: It is tin.\n\nThe rule is {rule}.\n"
        "Note: if in doubt, say yes.\n\nAnswer in this form:\nBROKEN: [yes/no]\nWHY: [reason]\n",
        [("RULE: no gold", "It sells."), ("RULE: no gold", "It is tin.")],
        id="its labels come again",
    ),
    pytest.param(
        "Rate each dish, as in these examples:\n\nDish: soup\nTaste: mild\nStars: 3\n"
        "Reason: It is thin.\n\nDish: pie\n"
        "Taste: rich\nStars: 5\nReason: It is warm.\n\nReply as follows:\nStars: [1 to 5]\n"
        "Reason: [one sentence]\n",
        [("Dish: soup", "thin."), ("Dish: pie", "warm.")],
        id="slots in brackets",
    ),
    pytest.param(
        "Input: Ann is asleep.\nOutput: (Ann, is, asleep)\n---\nInput: Bo is out.\n"
        "Output: (Bo, is, out)\n---\nInput: Cy is ill.\nOutput: (Cy, is, ill)\n---\n"
        "Input: !<INPUT 0>! is !<INPUT 1>!.\nOutput: (!<INPUT 0>!,",
        [("Input: Ann", "asleep)"), ("---\nInput: Bo", "out)"), ("---\nInput: Cy", "ill)")],
        id="the request is begun",
    ),
]
BRACKETS_ALONE = [
    pytest.param(
        '[Reply]: It rains a lot there.\n[Output]:\n{\n "grade": 4\n}\n\n[Reply]: Rain, much.\n'
        '[Output]:\n{\n "grade": 2\n}\n\n[Reply]: The sky gave us rain.\n[Output]:\n'
        '{\n "grade": 5\n}\n',
        [("[Reply]: It", "}"), ("[Reply]: Rain", "}"), ("[Reply]: The", "}")],
        id="JSON over lines",
    ),
    pytest.param(
        "\n[Draft]: We was late again.\n[Verdict]: wrong verb form\n\n[Draft]: They is at home.\n"
        "[Verdict]: wrong verb form\n\n[Draft]: She was on time.\n[Verdict]: nothing is wrong\n",
        [("[Draft]: We", "form"), ("[Draft]: They", "form"), ("[Draft]: She", "wrong")],
        id="one line each",
    ),
    pytest.param(
        "Scene: a dog in deep snow\nLabel: winter animal\n\nScene: a cat on warm sand\n"
        "Label: summer animal\n\nScene: a crow on a wet roof\nLabel: autumn animal\n",
        [("Scene: a dog", "animal"), ("Scene: a cat", "animal"), ("Scene: a crow", "animal")],
        id="without brackets",
    ),
]
UNITS = [
    pytest.param(
        "Some examples:\n\nTask: Add them.\nExample 1\nList: 1, 2\nOutput: 3\nExample 2\n"
        "List: 2, 2\nOutput: 4\n\nTask: Name a colour.\nOutput: red\n\nTask: Sort them.\n"
        "Example 1\nList: 3, 1\nOutput: 1, 3\n\nTask: {task}\n",
        [("Task: Add", "4"), ("Task: Name", "red"), ("Task: Sort", "1, 3")],
        id="numbers begin anew in each task",
    ),
    pytest.param(
        "Use the extracts, as here:\n\nExtract: Oaks grow.\nSource: a.org\nExtract: Elms grow.\n"
        "Source: b.org\nQuestion: What grows?\nAnswer: Oaks and elms.\n\nExtract: Tin melts.\n"
        "Source: c.org\nExtract: Lead melts.\nSource: d.org\nQuestion: What melts?\n"
        "Answer: Tin and lead.\n\n{extracts}\nQuestion: {question}\nAnswer:",
        [("Extract: Oaks", "elms."), ("Extract: Tin", "lead.")],
        id="passages above a question",
    ),
    pytest.param(
        "Say {UNKNOWN} if it is not told. Examples:\n\nFact: Bo is six.\nFact: Al is two.\n"
        "Question: Who is older?\nAnswer: Bo\n\nFact: It rained.\nFact: It froze.\n"
        "Question: Who fell?\nAnswer: {UNKNOWN}\n\n{facts}\nQuestion: {question}\nAnswer:",
        [("Fact: Bo", "Bo"), ("Fact: It rained", "{UNKNOWN}")],
        id="a fixed answer in braces",
    ),
]
BATCHES = [
    pytest.param(
        "Answer them.\n\nQ[1]: six and six?\nQ[2]: one and two?\nA[1]: twelve\nA[2]: three\n\n"
        "Q[1]: two and two?\nQ[2]: nine less one?\nA[1]: four\nA[2]: eight\n\n"
        "Q[1]: {a}\nQ[2]: {b}\n",
        [("Q[1]: six", "three"), ("Q[1]: two", "eight")],
        id="numbers in brackets",
    ),
    pytest.param(
        "Rate the reviews.\n\nReview 1: Lovely.\nReview 2: Cold soup.\nReview 3: Never again.\n\n"
        "Sentiment 1: good\nSentiment 2: bad\nSentiment 3: bad\n\nReview 1: {{one}}\n"
        "Review 2: {{two}}\nReview 3: {{three}}\n",
        [("Review 1: Lovely", "3: bad")],
        id="one batch alone",
    ),
    pytest.param(
        "Sort tickets.\n\n## Ticket 1\nI was charged twice.\n\n## Ticket 2\nWhere is it?\n\n"
        "## Labels of tickets 1-2\n\n### Label of ticket 1\nmoney\n\n### Label of ticket 2\n"
        "freight\n\nNow sort these.\n\n## Ticket 3\n{a}\n\n## Ticket 4\n{b}\n\n"
        "## Labels of tickets 3-4\n",
        [("## Ticket 1", "freight")],
        id="sections",
    ),
    pytest.param(
        "Compare texts.\n\n## Example\nOne is enough to see it.\n\n### Example 1\n\n"
        "#### Text 1:\nfog\n\n#### Which is longer in example 1?:\nneither\n\n"
        "## Examples in a batch\nRead all of them, then answer.\n\n## Example 2\n\n### Text 2:\n"
        "sun\n\n## Example 3\n\n### Text 3:\nrain\n\n## Answers to 2-3\n\n"
        "### Which is longer in example 2?:\nthe first\n\nWhy: It is short.\n\n"
        "### Which is longer in example 3?:\nthe second\n\nWhy: It is long.\n\n## Example 4\n\n"
        "### Text 4:\n{text}\n\n## Example 5\n\n### Text 5:\n{text}\n\n## Answers to 4-5\n",
        [("### Example 1", "neither"), ("## Example 2", "It is long.")],
        id="one alone and two together, with reasons, below titles",
    ),
]
MARKS_WITHIN = [
    pytest.param(
        "Count on.\n\nQ: Half of 48?\nA: It is <<48/2=24>>24.\n\nQ: Twice 7?\n"
        "A: It is <<7*2=14>>14.\n\nQ: {q}\nA:",
        [("Q: Half", ">>24."), ("Q: Twice", ">>14.")],
        id="sums in brackets are no slots",
    ),
    pytest.param(
        "You know sums. Here are some examples:\nExample #1:\nSum of 5 and 7.\nAnswer:\n<C>\n"
        "1. 5 + 7 = 12.\n<C>\n<<<12>>>\n<END>\n\nUse what you know for this:\n",
        [("Example #1", "<END>")],
        id="a mark around the reasons",
    ),
    pytest.param(
        "Solve it.\n\nObservation: Say what you see.\n\nAnswer: Say what follows.\n\n"
        "Doubts: Say what is not sure.\n\nExample:\n\nObservation: The line goes up.\n\n"
        "Answer: It gets warmer.\n\nDoubts: The scale is unclear.\n",
        [("Example:", "unclear.")],
        id="a part after the answer that the instructions name",
    ),
]
REQUESTS = [
    pytest.param(
        ">>>>>>\nClaim: Ice is hot.\n------\nAnswer: no\n\n>>>>>>\nClaim: Ice is cold.\n------\n"
        "Answer: yes\n\n>>>>>>\nClaim: %s\n------\nAnswer:",
        [(">>>>>>\nClaim: Ice is hot", "no"), (">>>>>>\nClaim: Ice is cold", "yes")],
        id="%s",
    ),
    pytest.param(
        "Word it.\n\nClaim: Bo ran.\nWorded: Bo has run.\n\nClaim: Al sat.\nWorded: Al was sitting."
        "\n\nClaim: [[CLAIM]]\nWorded:",
        [("Claim: Bo", "run."), ("Claim: Al", "sitting.")],
        id="double brackets",
    ),
    pytest.param(
        "Is it a choice?\n\nTask: Pick a colour.\nChoice: yes\n\nTask: Write a poem.\n"
        "Choice: no\n\n"
        "Task:",
        [("Task: Pick", "yes"), ("Task: Write", "no")],
        id="a bare label",
    ),
    pytest.param(
        "The odd ones of these make 4: 1, 2, 3.\nA: They make 4. True.\n\n"
        "The odd ones of these make "
        "4: 5, 6.\nA: They make 5. False.\n\nThe odd ones of these make 4: 7, 8.\nA:\n",
        [
            ("The odd ones of these make 4: 1", "True."),
            ("The odd ones of these make 4: 5", "False."),
        ],
        id="questions without a label",
    ),
]
SLOTS_WITHIN = [
    pytest.param(
        "Tomorrow is {{ tomorrow }}.\n\n### Example 1\n**Said:** How is Rome?\n\n**Full:** How is "
        "Rome today?\n\n### Example 2\n**Said:** And tomorrow?\n\n**Full:** How is Rome on "
        "{{ tomorrow }}?\n\n## Data\n\n**Said:**\n\n{{ said }}\n",
        [("### Example 1", "today?"), ("### Example 2", "}}?")],
        id="a place that the instructions fill too",
    ),
    pytest.param(
        "Sum it up.\n\n## Examples\n<example>\n<talk>\nUSER: Mend my code.\nBOT: [mends it]\n"
        "</talk>\n"
        "<sum>Mended code.</sum>\n</example>\n\n<example>\n<talk>\nUSER: Book a room.\n"
        "BOT: [books it]\n</talk>\n<sum>Booked a room.</sum>\n</example>\n",
        [
            ("<example>\n<talk>\nUSER: Mend", "</example>"),
            ("<example>\n<talk>\nUSER: Book", "</example>"),
        ],
        id="what is done, in brackets",
    ),
    pytest.param(
        'Route it.\n\nEXAMPLES (keep to the output format)\nUser: show all\n{"do": "show"}\n\n'
        'User: add Al\n{"do": "add"}\n\nUser: {{text}}\n',
        [("User: show", "}"), ("User: add", "}")],
        id="a remark on the format beside the heading",
    ),
]
FIRST_LINES = [
    pytest.param(
        "Judge.\n\nIs a fact wrong?\n#Page#: It is cold.\n#Brief#: It is hot.\n#Verdict#: yes\n\n"
        "Is a fact new?\n#Page#: Bo ran.\n#Brief#: Bo ran.\n#Verdict#: no\n\nTry hard.\n\n"
        "#Page#: {page}\n#Brief#: {brief}\n#Verdict#:",
        [("Is a fact wrong", "yes"), ("Is a fact new", "no")],
        id="a question above the labels",
    ),
    pytest.param(
        "Some examples.\n\nA short one.\nInput: tin\nOutput: can\n\nA long one.\nInput: iron\n"
        "Output: rail\n\nInput: {metal}\nOutput:",
        [("A short", "can"), ("A long", "rail")],
        id="a word on each",
    ),
    pytest.param(
        "Give the answer.\nQ: one and one?\nA: two\n\nQ: two and two?\nA: four\n\nQ: {q}\nA:",
        [("Q: one", "two"), ("Q: two", "four")],
        id="only the instructions above the first",
    ),
]
SECTIONS = [
    pytest.param(
        "Draw it.\n\n----Examples----\ngraph A\n  a to b\n\npie B\n  a is 1\n\n  b is 2\n\nlist C\n"
        "  a, b\n\n----Rules----\nKeep it small.\n\n{wish}",
        [("graph A", "a to b"), ("pie B", "b is 2"), ("list C", "a, b")],
        id="paragraphs, one with an empty line",
    ),
    pytest.param(
        "Call tools.\n\n### Examples\n1. A plain search:\nfind it\nwith words\n\n"
        "2. A search by date:\nfind it\nby date\n\n### Limits\nAt most three.\n",
        [("1. A plain", "words"), ("2. A search", "date")],
        id="numbered items",
    ),
    pytest.param(
        "Write a haiku.\n\n## Beispiele\n\nstill pond\na leap\nthe sound\n\ndry leaf\na gust\n"
        "the gate\n\nlong night\none lamp\nthe moth\n\n## Thema\n{thema}",
        [("still pond", "sound"), ("dry leaf", "gate"), ("long night", "moth")],
        id="verses",
    ),
]
NO_EXAMPLES = [
    pytest.param(
        '**Names**:\n- Use full names.\n- *Example*: Use "Ada Byron".\n\n**Dates**:\n'
        '- Use ISO dates.\n- *Example*: born: "1815".\n\n**Edges**:\n- Keep the direction.\n'
        "- *Example*:\n  - Ada -> Byron\n  - Byron -> Ada\n",
        id="a line of a rule",
    ),
    pytest.param(
        "3. Sources:\n- Put them under `### Sources`.\n\n4. Sources Section Example:\n```\n"
        "### Sources\n\n"
        "- [1] Title One\n- [2] Title Two\n```\n\n5. More rules: {rules}\n\n--Context--\n"
        "{context}\n",
        id="a section as it shall look",
    ),
    pytest.param(
        "Keep a record.\n1. **Step**:\n   - Say what was done.\n2. **Page**:\n   - Say where.\n"
        "   - **Current Context**: The state after it.\n\n### Example Template:\n```\n"
        "1. **Step**: Opened the page.\n   **Page**: home\n   **Current Context**: All loaded.\n\n"
        "2. **Step**: Clicked the link.\n   **Page**: blog\n   **Current Context**: Listed.\n\n"
        "3. **Step**: Read it.\n   **Page**: post\n   **Current Context**: Done.\n\n... (more)\n"
        "```\n",
        id="a template in a fence",
    ),
    pytest.param(
        "Decide.\nFormat:\nContext: []\nQuestion: []\nReasoning: []\nThen say so: []\n---\n"
        "Context: {context}\n\nQuestion: {question}\n\nReasoning:",
        id="empty brackets below a format",
    ),
    pytest.param(
        "Watch them.\n\n[Kim (guest) -> all]: I am in.\n[Lee (host) -> all]: Welcome.\n\n"
        "The rule is {rule}.\n",
        id="arrows in brackets",
    ),
]


@pytest.mark.parametrize(("text", "edges"), A_PARAGRAPH_FOLLOWS)
def test_a_paragraph_of_other_form_is_no_part_of_the_last_example(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize(("text", "edges"), A_FORMAT_FOLLOWS)
def test_labels_that_come_again_are_no_part_of_the_last_example(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize(("text", "edges"), BRACKETS_ALONE)
def test_three_blocks_alike_are_examples_without_a_known_input(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize(("text", "edges"), UNITS)
def test_the_larger_unit_is_the_example(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize(("text", "edges"), FIRST_LINES)
def test_a_first_line_that_each_has_is_part_of_the_example(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize(("text", "edges"), SECTIONS)
def test_a_section_called_examples_holds_them(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize("text", NO_EXAMPLES)
def test_rules_and_formats_are_no_examples(text: str) -> None:
    check(text, [])


@pytest.mark.parametrize(("text", "edges"), BATCHES)
def test_a_batch_of_inputs_and_its_answers_are_one_example(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize(("text", "edges"), MARKS_WITHIN)
def test_marks_and_named_parts_belong_to_an_answer(text: str, edges: Edges) -> None:
    check(text, edges)


def test_a_line_that_comes_twice_below_the_answers_is_no_answer_of_a_batch() -> None:
    text = (
        "Judge. Examples:\n\nRULE: no gold\nSAID: I sell gold\nBROKEN: yes\n\nRULE: no tin\n"
        "SAID: I sell oak\nBROKEN: no\n\nNote: If in doubt, yes.\nNote: Be short.\n\n"
        "RULE: {rule}\nSAID: {said}\nBROKEN:"
    )
    check(text, [("RULE: no gold", "yes"), ("RULE: no tin", "no")])


@pytest.mark.parametrize(("text", "edges"), REQUESTS)
def test_a_request_may_be_left_open_in_many_ways(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize(("text", "edges"), SLOTS_WITHIN)
def test_what_looks_like_a_slot_may_be_of_an_example(text: str, edges: Edges) -> None:
    check(text, edges)


def test_sections_of_instructions_are_no_examples() -> None:
    text = (
        "### Task\nFind what is named in the note.\n\n### Fields\nGive the name and the day.\n\n"
        "### Form\nGive a list, one line each.\n\n### Hints\nLeave out what is not told.\n\n"
        '### Note\nThis is the note:\n"{{note}}"\n'
    )
    check(text, [])
