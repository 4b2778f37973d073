"""What looks like shots and is none: precision beats recall."""

from __future__ import annotations

import pytest

from ftvp.prompts import parse_prompt


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "Rules:\n1. Be brief: yes.\n2. Be kind: yes.\n3. Cite: always.\n\nText: {text}",
            id="a numbered list of rules",
        ),
        pytest.param(
            "Step 1: read\nStep 2: think\nStep 3: answer\n\nQuestion: {q}", id="a list of steps"
        ),
        pytest.param(
            "Set it up.\n\n```\nhost: a\nport: 1\n```\n\nThen:\n\n```\nhost: b\nport: 2\n```\n\n"
            "{task}",
            id="two fences of settings",
        ),
        pytest.param(
            'Obey.\n\n## Rules\n\n1. Send the order.\n{\n  "send": true\n}\n\n2. Keep a copy.\n{\n'
            '  "keep": true\n}\n\n{task}',
            id="numbered rules with objects below, which nothing calls examples",
        ),
        pytest.param(
            "Name the parts.\n\n-Data-\n---------\ntext: {text}\n---------\noutput:",
            id="a rule above the answer of the request",
        ),
        pytest.param("Note: a\nImportant: b\nNote: c\nImportant: d\n", id="notes and warnings"),
        pytest.param(
            "Find duplicates.\n\nName: Al\nEmail: a@x\n\nName: Bo\nEmail: b@x\n",
            id="records with a name and an email",
        ),
        pytest.param(
            "Glossary\nTerm: a\nDefinition: b\n\nTerm: c\nDefinition: d\n", id="a glossary"
        ),
        pytest.param(
            "You are support.\n\n## FAQ\n\nQ: When?\nA: Now.\n\nQ: Where?\n"
            "A: Here.\n\n## Tone\nBe nice.\n",
            id="an FAQ under its heading",
        ),
        pytest.param(
            "Use this FAQ:\nQ: When?\nA: Now.\n\nQ: Where?\nA: Here.\n\nQ: {question}\nA:",
            id="an FAQ, even before an open question",
        ),
        pytest.param(
            "Facts:\nQ: When?\nA: Now.\n\nQ: Where?\nA: Here.\n\nAlways answer in French.\n",
            id="questions and answers that rules follow",
        ),
        pytest.param("Q: When?\nA: Now.\n", id="one question and its answer"),
        pytest.param("Answer.\n\nQ: {q}\nA:", id="a question left open"),
        pytest.param(
            "Fix this config:\n\n- name: a\n  image: b\n- name: c\n  image: d\n", id="YAML"
        ),
        pytest.param(
            'Return JSON:\n{\n  "input": "a",\n  "output": "b"\n}\n{\n'
            '  "input": "c",\n  "output": "d"\n}\n',
            id="JSON",
        ),
        pytest.param(
            "Review:\n\ntry:\n    f()\nexcept ValueError:\n    pass\ntry:\n    g()\n"
            "except KeyError:\n    pass\n",
            id="code",
        ),
        pytest.param(
            "Summarise this call.\n\nAgent: Hi\nCustomer: Late order\nAgent: Sorry\n"
            "Customer: Thanks\n\nSummary:",
            id="a transcript to be summarised",
        ),
        pytest.param(
            "Summarise this.\n\nUser: Hi\nAssistant: yo\nUser: so\nAssistant: Thanks\n",
            id="a transcript without an end",
        ),
        pytest.param(
            "Classify.\n\nFrom: a\nSubject: b\nText: hi\n\nFrom: c\nSubject: d\n"
            "Text: ho\n\nFrom: e\nSubject: f\nText: hu\n\nCategory:",
            id="emails to be classified",
        ),
        pytest.param(
            "Use the following format:\n\nQuestion: the input question\n"
            "Thought: think\nAction: one of [{tools}]\nAction Input: the input\n"
            "Observation: result\n... (this can repeat)\nThought: I know\n"
            "Final Answer: the answer\n\nBegin!\n\nQuestion: {input}\n"
            "Thought:{scratch}",
            id="the format of a reasoning loop",
        ),
        pytest.param(
            "Use this format:\n\nQuestion: the question\nAnswer: the answer\n\n"
            "Question: {input}\nAnswer:",
            id="a format, then the question",
        ),
        pytest.param(
            "Input: <the text>\nOutput: <the label>\n\nInput: {text}\nOutput:",
            id="slots in angle brackets",
        ),
        pytest.param(
            "Tools\n\nTool: search\nInput: a query\nOutput: hits\n\nTool: calc\n"
            "Input: a sum\nOutput: a number\n",
            id="tools with their inputs and outputs",
        ),
        pytest.param(
            "Wrap it in <example> and </example> tags.\nDone.", id="example tags spoken of"
        ),
        pytest.param(
            "<example>\n{{example}}\n</example>\n\n{{input}}", id="an example still to be filled in"
        ),
        pytest.param("Fill in:\nQ: a\nA:\n\nQ: b\nA:\n", id="a form to be filled in"),
        pytest.param(
            "For example, a refund is a complaint.\nFor example, a thank-you is praise.\n",
            id="sentences that begin with For example",
        ),
        pytest.param("Pros: a\nCons: b\nPros: c\nCons: d", id="pros and cons"),
        pytest.param(
            "Chapter 1: foo\nbar\n\nChapter 2: baz\nqux\n\nSummary:", id="numbered chapters"
        ),
        pytest.param("def f(x) -> int\ndef g(y) -> str\n", id="arrows in code"),
        pytest.param("login -> cart -> pay\nhome -> help\n", id="arrows in a flow"),
        pytest.param(
            "Question: capital?\nA: Paris\nB: Rome\nC: Bonn\nAnswer:",
            id="the options of one question",
        ),
        pytest.param(
            "# Role\nYou are X\n\n# Task\nDo Y\n\n# Output\nJSON\n", id="sections with headings"
        ),
        pytest.param("http://a.b\nhttp://c.d\nhttp://e.f", id="addresses"),
        pytest.param("10:30 start\n11:30 stop\n10:40 start\n", id="times of day"),
        pytest.param("Host: a\nAccept: b\nHost: c\nAccept: d\n", id="HTTP headers"),
        pytest.param("Doc:\n```\nQ: a\nA: b\nQ: c\nA: d\n```\n", id="questions in a code fence"),
        pytest.param("Do: be nice\nDon't: be rude\nDo: cite\nDon't: guess\n", id="dos and don'ts"),
        pytest.param(
            "Known issues\n\nProblem: no power\nSolution: plug it in\n\n"
            "Problem: no sound\nSolution: turn it up\n\n"
            "Help the user in one sentence.",
            id="known troubles with their solutions",
        ),
        pytest.param(
            "Interviewer: a?\nCandidate: b\nInterviewer: c?\nCandidate: d\n\nRate the candidate.",
            id="an interview",
        ),
        pytest.param("## Example\n\nWrite like a poet.\n", id="a lone heading"),
        pytest.param(
            "Input: a customer email\nOutput: one word\n\nEmail: {email}",
            id="what comes in and goes out, once",
        ),
        pytest.param(
            "You are a classifier.\n\nCategories:\n- billing: invoices\n"
            "- bug: errors\n\nInput: {ticket}\nOutput:",
            id="a list of categories",
        ),
        pytest.param(
            "name: x\ndescription: y\nname: z\ndescription: w\nInput: {x}\nOutput:",
            id="tools with descriptions",
        ),
        pytest.param(
            "Title: x\nContent: y\n\nTitle: z\nContent: w\n\nQuestion: {q}\nAnswer:",
            id="retrieved passages with titles",
        ),
        pytest.param(
            "Content: y\nSource: a\n\nContent: w\nSource: b\n\nQuestion: {q}\nAnswer:",
            id="retrieved passages with sources",
        ),
        pytest.param(
            "Document 1: a\nDocument 2: b\nDocument 3: c\nQuestion: {q}\nAnswer:",
            id="numbered documents",
        ),
        pytest.param(
            "Rating: 5\nReview: a\nRating: 1\nReview: b\n\nSummarise the reviews.",
            id="ratings before reviews",
        ),
        pytest.param(
            "Rating: 5\nReview: a\nRating: 1\nReview: b\n\nRating: 2\nReview: c\n\n"
            "Summarise the reviews.",
            id="several ratings before reviews",
        ),
        pytest.param(
            "Score 1: bad\nScore 2: good\nScore 3: best\n\nText: {t}\nScore:",
            id="a scale of scores",
        ),
        pytest.param("Example:\nint a; // foo\nint b; // bar\n", id="comments in code"),
        pytest.param(
            "Examples:\nInput: <EXAMPLE_INPUT_1>\nOutput: <EXAMPLE_OUTPUT_1>\n\n"
            "Input: <EXAMPLE_INPUT_2>\nOutput: <EXAMPLE_OUTPUT_2>\n\nNow do this:\n"
            "Input: <REAL_INPUT>\nOutput:\n",
            id="a template of a few-shot prompt",
        ),
        pytest.param(
            "Question: {q}\n\nThink:\n1. first: a\n2. second: b\n\nAnswer:", id="thinking steps"
        ),
        pytest.param(
            "Version 1: a\nFixed: b\nVersion 2: c\nFixed: d\nSummarise.", id="a changelog"
        ),
        pytest.param("Ingredients: a\nMethod: b\n\nIngredients: c\nMethod: d\n", id="recipes"),
        pytest.param("Name: Ada\nRole: helper\nTone: kind\nTask: {task}\nAnswer:", id="a persona"),
        pytest.param(
            "# Input\nYou get a mail.\n\n# Output\nOne word.\n\n# Input\n{mail}\n",
            id="sections named input and output",
        ),
        pytest.param(
            "Below is an instruction.\n\n### Instruction:\n{instruction}\n\n"
            "### Input:\n{input}\n\n### Response:\n",
            id="an instruction, an input and a response to fill in",
        ),
        pytest.param(
            "Tools:\n\nsearch(q): looks up pages.\nExample: search(bees)\n\nmail(to): sends it.\n"
            "Example: mail(ann)\n\nAnswer by calling tools.",
            id="a line that ends what a tool does",
        ),
        pytest.param(
            "- name: of the ship.\n  Example: Vasa\n\n- year: four digits.\n  Example: 1628\n\n"
            "Log: {log}",
            id="a line below each field",
        ),
        pytest.param(
            "Berth: where a ship lies.\nExample: berth 4 is free\n\nTug: a boat that pulls.\n"
            "Example: the tug came\n\nText: {text}",
            id="a line below each term",
        ),
        pytest.param(
            "Rules for titles:\n- Use capitals.\n  Input: the cat\n  Output: The Cat\n"
            "- No years.\n  Input: Harbour, 1922\n  Output: Harbour\n\nTitle: {title}",
            id="an input and an output below each rule",
        ),
        pytest.param(
            "1. Short.\n   Before: a long one\n   After: short\n2. Kind.\n   Before: rude\n"
            "   After: kind\n\nText: {text}",
            id="before and after below each rule",
        ),
        pytest.param(
            "* Dates in figures.\n    Input: May first\n    Output: 05-01\n* Names as they are.\n"
            "    Input: Ann\n    Output: Ann\n\nText: {text}",
            id="pairs set in below each rule",
        ),
        pytest.param(
            "Summarise.\n\nOutput example:\n```\nDecisions:\n- paint the hall\nOpen:\n- who pays\n"
            "```\n\nMeeting:\n{meeting}",
            id="the look of an output",
        ),
        pytest.param(
            "Report.\n\nExample output:\nWind: west\nSea: calm\n\nData: {data}",
            id="the look of an output, by labels",
        ),
        pytest.param(
            "Step 1\nInput: the raw log\nOutput: a cleaned log\n\nStep 2\nInput: the cleaned log\n"
            "Output: a table\n\nStep 3\nInput: the table\nOutput: a summary of a line\n\n{log}",
            id="steps with what goes in and out",
        ),
        pytest.param(
            "Score the essay.\n\nScore: 5\nTold by: clear and well argued\n\nScore: 3\n"
            "Told by: clear but thin\n\nEssay: {essay}\nScore:",
            id="a scale, above what asks for a score",
        ),
        pytest.param(
            "Sum up the call.\n\nAgent: Good day.\nCaller: My bag is lost.\nAgent: Since when?\n"
            "Caller: On Monday.\nAgent: We will look.",
            id="a call to be summed up",
        ),
        pytest.param(
            'Examples of keys you may use:\n"name": what the ship is called\n"year": when it was '
            'built\n"yard": where it was built\n\nReturn JSON.',
            id="keys with what they mean",
        ),
        pytest.param(
            'Find the oldest. The data:\n\n[\n  {"name": "Vasa", "built": 1628},\n'
            '  {"name": "Mars", "built": 1563}\n]\n\nExample output: {"name": "Mars"}',
            id="a list of records",
        ),
        pytest.param(
            "Continue.\n\nAlice: hi\nBob: hello\nAlice: how are you?\nBob: fine\nNarrator:",
            id="a dialogue to be continued",
        ),
        pytest.param(
            "## Examples\n\n### Example 1\nInput: {{input_1}}\n"
            "Output: {{output_1}}\n\n### Example 2\nInput: {{input_2}}\n"
            "Output: {{output_2}}\n\n## Your Turn\nInput: {{new}}\nOutput:",
            id="headings over slots",
        ),
        pytest.param(
            "Write a title.\n\n# Examples\n\nBad: Notes about the lamp in room nine\n"
            "Good: Lamp, room nine\n\nBad: A bill for pears that came late\nGood: Late pears\n",
            id="a bad and a good answer",
        ),
        pytest.param(
            "Examples:\n\nWeak reply: We will see.\nStrong reply: We mend it on Friday.\n\n"
            "Weak reply: Maybe.\nStrong reply: No, the part is sold out.\n\nWrite to {guest}.",
            id="grades as the first of two words",
        ),
        pytest.param(
            "## Beispiele\n\n**Schlecht:** Es gibt ein Problem.\n**Gut:** Die Pumpe tropft.\n\n"
            "**Schlecht:** Alles gut.\n**Gut:** Die Lampe brennt wieder.\n",
            id="grades in another language",
        ),
        pytest.param(
            'Rules\n- Names: keep them short\n- Examples:\n  - "a leak" -> repair\n'
            '  - "a bill" -> money\n- Dates: in figures\n\nNote: {note}',
            id="samples of one rule in a list",
        ),
        pytest.param(
            "Fields\n- id: a number\n- examples: usual notes\n\n## Kinds of note\n\n"
            "| Kind | Sign |\n|---|---|\n| talk | no order |\n| order | a number |\n",
            id="a table below a list whose last item names examples",
        ),
    ],
)
def test_look_alikes_are_no_shots(text: str) -> None:
    prompt = parse_prompt(text, "prompt.md")
    assert prompt.shots == ()
    assert prompt.format == "markdown"
    assert prompt.text == text
