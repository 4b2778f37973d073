"""What parts examples from each other and from rules: tags, numbers, dashes, quotes, sentences."""

from __future__ import annotations

import pytest

from ftvp.prompts import parse_prompt

Edges = list[tuple[str, str]]

SIBLING_TAGS = [
    pytest.param(
        "Sort it.\n\n<example_input>\n<note>\nIt rains.\n</note>\n</example_input>\n\n"
        "<example_output>\nweather\n</example_output>\n\nNow sort {note}.",
        [("<example_input>", "</example_output>")],
        id="the tag of the input holds tags",
    ),
    pytest.param(
        "Sort.\n<example-input>\nrain\n</example-input>\n<example-output>\nwet\n"
        "</example-output>\n\nWord: {word}",
        [("<example-input>", "</example-output>")],
        id="with hyphens and no empty line",
    ),
    pytest.param(
        "Sort.\n\n<example_input>\nrain\n</example_input>\n<example_output>\nwet\n"
        "</example_output>\n\n<example_input>\nsun\n</example_input>\n<example_output>\ndry\n"
        "</example_output>\n\n<input>\n{x}\n</input>",
        [("<example_input>", "</example_output>"), ("<example_input>", "</example_output>")],
        id="two pairs",
    ),
]
AFTER_FOR_EXAMPLE = [
    pytest.param(
        "Rewrite it.\n\nFor example:\nInput: It rained.\n\nResponse: Rain fell.\n",
        [("Input: It", "Rain fell.")],
        id="a pair at the end",
    ),
    pytest.param(
        "Rewrite it.\n\nHere is an example:\n\nText: too cold\nSummary: cold\n\nBe brief.\n",
        [("Here is", "Summary: cold")],
        id="a pair before a rule",
    ),
    pytest.param(
        "Zum Beispiel:\nFrage: Wo?\nAntwort: Hier.\n", [("Zum Beispiel", "Hier.")], id="German"
    ),
]
ITEMS_OF_A_LIST = [
    pytest.param(
        "1. Read it all.\n2. Answer so.\n\n3. **Example A**:\n   - Query: red shoes\n"
        "   - Output: red\n\n4. **Example B**:\n   - Query: blue hats\n   - Output: blue\n\n"
        "5. **Final Output**:\n   - JSON only\n",
        [("3. **Example A", "red"), ("4. **Example B", "blue")],
        id="the next item ends the last",
    ),
    pytest.param(
        "- Be kind.\n- Example 1:\n  Ask: how far\n  Reply: a mile\n- Example 2:\n  Ask: how deep\n"
        "  Reply: a foot\n- Response:\n  in one line\n",
        [("- Example 1", "a mile"), ("- Example 2", "a foot")],
        id="an item with a word for answers",
    ),
    pytest.param(
        "1. Rules hold.\n   - Example:\n     {'a': 1}\n\n2. Example A:\n   - Ask: one\n"
        "   - Say: two\n\n3. Example B:\n   - Ask: two\n   - Say: three\n\n4. Result:\n   - x\n",
        [("2. Example A", "two"), ("3. Example B", "three")],
        id="an aside above them",
    ),
]
NUMBERS = [
    pytest.param(
        "EXAMPLES\n\nEXAMPLE A1\nClip: a dog\nTag: calm\n\nEXAMPLE A2\nClip: a cat\nTag: calm\n\n"
        "EXAMPLE B1\nClip: a bull\nTag: wild\n\nClip: {clip}\nTag:",
        [("EXAMPLE A1", "calm"), ("EXAMPLE A2", "calm"), ("EXAMPLE B1", "wild")],
        id="letter and number",
    ),
    pytest.param(
        "### Example 1a\nWord: up\nOpposite: down\n\n### Example 1b\nWord: in\nOpposite: out\n\n"
        "### Word\n{word}",
        [("### Example 1a", "down"), ("### Example 1b", "out")],
        id="number and letter",
    ),
    pytest.param(
        "Sample B-1\nWord: up\nOpposite: down\n\nSample B-2\nWord: in\nOpposite: out\n",
        [("Sample B-1", "down"), ("Sample B-2", "out")],
        id="letter, hyphen, number",
    ),
    pytest.param(
        "Two cases:\n\nEXAMPLE 1 — Ann sends it on Monday.\n- act: send\n- who: Ann\n\n"
        "EXAMPLE 2 — Somebody might look.\n- act: look\n- who: null\n\nCopy none.\n\n{{notes}}",
        [("EXAMPLE 1", "Ann"), ("EXAMPLE 2", "null")],
        id="a dash and the input",
    ),
    pytest.param(
        "Beispiel 1 - Wo ist er?\nThema: Ort\n\nBeispiel 2 - Wann kommt er?\nThema: Zeit\n\n"
        "Frage: {frage}\nThema:",
        [("Beispiel 1", "Ort"), ("Beispiel 2", "Zeit")],
        id="a hyphen and the input",
    ),
    pytest.param(
        "Example 1 – a long red rope\nColour: red\n\nExample 2 – a blue one\nColour: blue\n",
        [("Example 1", "red"), ("Example 2", "blue")],
        id="a file of them",
    ),
]
DASHED_GROUPS = [
    pytest.param(
        "Examples:\n\n— CALM —\nExample 1\nClip: a dog\nTag: calm\n\n------\n— WILD —\nExample 2\n"
        "Clip: a bull\nTag: wild\n\n------\n— NONE —\nExample 3\nClip: a wall\nTag: none\n",
        [("Example 1", "------"), ("Example 2", "------"), ("Example 3", "none")],
        id="between long dashes",
    ),
    pytest.param(
        "– Tiny –\nExample 1\nIn: a\nOut: b\n\n– Long –\nExample 2\nIn: c\nOut: d\n\nIn: {x}\nOut:",
        [("Example 1", "Out: b"), ("Example 2", "Out: d")],
        id="between dashes",
    ),
    pytest.param(
        "—— Short ——\nExample 1\nIn: a\nOut: b\n\n—— Long ——\nExample 2\nIn: c\nOut: d\n",
        [("Example 1", "Out: b"), ("Example 2", "Out: d")],
        id="between double dashes",
    ),
]
QUOTED = [
    pytest.param(
        'Sort.\n\nInput:\n"""\nNote: it rains\n\nAddress: Oslo\n"""\nOutput: wet\n\nInput:\n"""\n'
        'Sun\n"""\nOutput: dry\n\nInput:\n"""\n{note}\n"""\nOutput:',
        [("Input:", "wet"), ("Input:", "dry")],
        id="labels and empty lines within quotes",
    ),
    pytest.param(
        'Text:\n"""\nText: a\nLabel: b\n"""\nLabel: nested\n\nText:\n"""\nno\n"""\nLabel: flat\n\n'
        'Text:\n"""\n{text}\n"""\nLabel:',
        [("Text:", "nested"), ("Text:", "flat")],
        id="the same labels within",
    ),
    pytest.param(
        '"""\nSort.\n\nIn: sun\nOut: dry\n\nIn: rain\nOut: wet\n\nIn: {x}\nOut:\n"""\n',
        [("In: sun", "dry"), ("In: rain", "wet")],
        id="quotes around all of it",
    ),
]
WITHOUT_EMPTY_LINES = [
    pytest.param(
        "Predict.\nExample 1\nReport:\nlong\nAnswer:\nno\nExample 2\nReport:\nshort\nAnswer:\nyes\n"
        "Now predict for the case below:\nReport:\n{report}\nAnswer:\n",
        [("Example 1", "no"), ("Example 2", "yes")],
        id="values below their labels",
    ),
    pytest.param(
        "Predict.\nExample 1\nReport: long\nAnswer: no\nExample 2\nReport: short\nAnswer: yes\n"
        "Predict this one\nReport: {report}\nAnswer:",
        [("Example 1", "no"), ("Example 2", "yes")],
        id="values beside them",
    ),
    pytest.param(
        "Ici.\nExemple 1\nAvis: long\nNote: 1\nExemple 2\nAvis: bon\nNote: 2\nAvis: {avis}\nNote:",
        [("Exemple 1", "Note: 1"), ("Exemple 2", "Note: 2")],
        id="nothing before the request",
    ),
]
SENTENCES = [
    pytest.param(
        "Name the column with the words of this page:\nrow one\nrow two\n\nred, red_colour\n\n"
        "Name the column with the words of this page:\nrow six\n\nhot, hot_degrees\n\n"
        "Name the column with the words of this page:\n__PAGE__\n",
        [("Name the column", "red_colour"), ("Name the column", "hot_degrees")],
        id="a sentence as the label",
    ),
    pytest.param(
        "Here is what the customer wrote to us today:\nToo late!\nAnswer: late\n\n"
        "Here is what the customer wrote to us today:\nToo dear!\nAnswer: price\n\n"
        "Here is what the customer wrote to us today:\n{mail}\nAnswer:",
        [("Here is", "late"), ("Here is", "price")],
        id="a sentence over a label",
    ),
    pytest.param(
        "Lies bitte genau den folgenden Brief an uns:\nZu spät!\nThema: Zeit\n\n"
        "Lies bitte genau den folgenden Brief an uns:\nZu teuer!\nThema: Preis\n\n"
        "Lies bitte genau den folgenden Brief an uns:\n{brief}\nThema:",
        [("Lies bitte", "Zeit"), ("Lies bitte", "Preis")],
        id="a German sentence",
    ),
]
DATA_ANSWERS = [
    pytest.param(
        'User: Open.\n{"do": "open"}\n\nUser: Shut.\n{"do": "shut"}\n\nUser: Go.\n{"do": "go"}\n',
        [("User: Open", "}"), ("User: Shut", "}"), ("User: Go", "}")],
        id="objects",
    ),
    pytest.param(
        'Guest: Tea\n["tea"]\n\nGuest: Cake\n["cake"]\n\nGuest: Both\n["tea", "cake"]',
        [("Guest: Tea", "]"), ("Guest: Cake", "]"), ("Guest: Both", "]")],
        id="lists",
    ),
    pytest.param(
        'Say: up\n{\n"do": 1\n}\n\nSay: down\n{\n"do": 2\n}\n\nSay: left\n{\n"do": 3\n}\n',
        [("Say: up", "}"), ("Say: down", "}"), ("Say: left", "}")],
        id="objects of several lines",
    ),
]
ASIDES_BELOW = [
    pytest.param(
        "Example 1:\nAsk: one\nSay: two\n\nExample 2:\nAsk: two\nSay: three\n\n1. Be brief.\n"
        '2. Be kind.\n- Example: say "yes", not "yeah"\n- Stop then.\n',
        [("Example 1", "two"), ("Example 2", "three")],
        id="a rule with an example",
    ),
    pytest.param(
        "EXAMPLE A\nIn: red\nOut: warm\n\nEXAMPLE B\nIn: blue\nOut: cold\n\nTHE RULES\n\nNone.\n\n"
        "EXAMPLE: warm\n",
        [("EXAMPLE A", "warm"), ("EXAMPLE B", "cold")],
        id="after a heading",
    ),
    pytest.param(
        "Beispiel 1:\nFrage: Wo?\nAntwort: Hier\n\nBeispiel 2:\nFrage: Wann?\nAntwort: Nun\n\n"
        "- Kurz.\n- Beispiel: Hier\n",
        [("Beispiel 1", "Hier"), ("Beispiel 2", "Nun")],
        id="in German",
    ),
]
CAPITALS_WITHIN = [
    pytest.param(
        "Find parts.\n\nExample Input 1:\nTABLE OF CONTENTS\nPart one ... 1\n\nTHE END OF IT\n\n"
        "Example Output 1:\nPart one\n\nExample Input 2:\nTABLE OF CONTENTS\nPart two ... 2\n\n"
        "Example Output 2:\nPart two\n\nInput:\n{toc}\nOutput:",
        [("Example Input 1", "Part one"), ("Example Input 2", "Part two")],
        id="a table of contents",
    ),
    pytest.param(
        "Example 1\nMail:\nWE ARE CLOSED\nCome back.\nTopic: hours\n\nExample 2\nMail:\n"
        "ALL MUST GO\nBuy now.\nTopic: sale\n\nMail: {mail}\nTopic:",
        [("Example 1", "hours"), ("Example 2", "sale")],
        id="a line of a mail",
    ),
    pytest.param(
        "Exemple 1\nAvis:\nTRES BON VIN\nNote: 5\n\nExemple 2\nAvis:\nPAS SI BON\nNote: 1\n\n"
        "Avis: {avis}\nNote:",
        [("Exemple 1", "5"), ("Exemple 2", "1")],
        id="a French review",
    ),
]
PAIRS_BY_NAME = [
    pytest.param(
        "Exemplo de entrada:\nUm carro.\n\nExemplo de saída:\nTipo: veículo\nCor: azul\n\n"
        "Agora faça o mesmo.\n\nTexto: {texto}\n",
        [("Exemplo de entrada", "azul")],
        id="Portuguese, an answer with labels",
    ),
    pytest.param(
        "Example of input:\nA car.\n\nExample of output:\nKind: vehicle\nColour: blue\n\n"
        "Now do the same.\n\nText: {text}\n",
        [("Example of input", "blue")],
        id="English",
    ),
    pytest.param(
        "Ejemplo de descripción:\nUn coche.\n\nEjemplo de salida:\nTipo: auto\n\n"
        "Ahora haz lo mismo.\n\nTexto: {texto}\n",
        [("Ejemplo de descripción", "auto")],
        id="Spanish, an input of another name",
    ),
]
LIKE_A_DESCRIPTION = [
    pytest.param(
        'Ask: who came?\nWords: "who"\n\nAsk: what for?\nWords: words: what\n\nAsk: why not?\n'
        'Words: "why"\n\nAsk: {ask}\nWords:',
        [("Ask: who", '"who"'), ("Ask: what", "what"), ("Ask: why", '"why"')],
        id="an answer that repeats its label",
    ),
    pytest.param(
        "Q: a\nA: the first\n\nQ: b\nA: the answer\n\nQ: c\nA: the last\n\nQ: {q}\nA:",
        [("Q: a", "first"), ("Q: b", "answer"), ("Q: c", "last")],
        id="an answer that is a word for answers",
    ),
    pytest.param(
        "Text: rain\nTopic: wet\n\nText: the text\nTopic: a topic\n\nText: sun\nTopic: dry\n\n"
        "Text: {text}\nTopic:",
        [("Text: rain", "wet"), ("Text: the", "topic"), ("Text: sun", "dry")],
        id="both values",
    ),
]
ONE_AND_A_REQUEST = [
    pytest.param(
        'Sample:\n"""\nPerson: Ann\nText: She sings\nFound: bard\n"""\n\nIn:\n<<\n{{page}}\n>>\n\n'
        "Found:\n",
        [("Sample:", '"""')],
        id="in quotes, a slot below its label",
    ),
    pytest.param(
        "Contract example:\ncontract A {{\n    uint b;\n}}\n\nUnit test:\nlet {{\n  a,\n}} = go();"
        "\n\ntest(function () {{\n  run();\n}});\n\nNow write this.\n\nCONTRACT:\n{code}\n",
        [("Contract example", "}});")],
        id="code up to the turn",
    ),
    pytest.param(
        "Code example:\ndef f():\n    pass\n\nIts test:\ndef test_f():\n    f()\n\n\ndef more():\n"
        "    f()\n\nNow test this:\n\nCode:\n{code}\n",
        [("Code example", "    f()")],
        id="two functions up to the turn",
    ),
]
WITHIN_HEADINGS = [
    pytest.param(
        "# Examples\n\n## Example 1: Word\n\nUser:\nsun\n\nTutor:\nMeaning:\nstar\n\n"
        "Example:\nIt shines.\n\n"
        "Hint:\n1. old\n\n2. rare\n\n---\n\n## Example 2: Rule\n\nUser:\nwhy\n\nTutor:\n"
        "Grammar:\nan adverb\n\n"
        "Examples:\n1. why not\n",
        [("## Example 1", "2. rare\n\n---"), ("## Example 2", "1. why not")],
        id="labels of its own, one of them for an example",
    ),
    pytest.param(
        "### Example A\n**Ask**: up\n**Say**: down\n\nNote: They differ.\n\n"
        "### Example B\n**Ask**: in\n"
        "**Say**: out\n\nWhy: They differ.\n\n### Task\n{ask}\n",
        [("### Example A", "Note: They differ."), ("### Example B", "Why: They differ.")],
        id="a note below each",
    ),
    pytest.param(
        "## Beispiel 1\nFrage: Wo?\nAntwort: Hier\n\nGrund: Nah.\n\n## Beispiel 2\n"
        "Frage: Wann?\nAntwort: Nun\n\n"
        "Anlass: Eile.\n\n## Aufgabe\n{frage}\n",
        [("## Beispiel 1", "Nah."), ("## Beispiel 2", "Eile.")],
        id="German reasons",
    ),
]
SENTENCES_WITHIN = [
    pytest.param(
        "Example 1\n\nIn:\n\nShe explains well and uses good examples.\n\nOut:\n\n1\n\n"
        "Example 2\n\nIn:\n\n"
        "He is late.\n\nOut:\n\n0",
        [("Example 1", "1"), ("Example 2", "0")],
        id="an input that speaks of examples",
    ),
    pytest.param(
        "Example 1:\nReview: dull\n\nNo examples.\nTag: poor\n\nExample 2:\n"
        "Review: fine\n\nMany.\nTag: good\n\n"
        "Review: {r}\nTag:",
        [("Example 1", "poor"), ("Example 2", "good")],
        id="a short one",
    ),
    pytest.param(
        "Beispiel 1:\nText:\nEr nennt keine Beispiele.\nNote: 4\n\nBeispiel 2:\nText:\n"
        "Sie nennt zwei.\nNote: 1\n\n"
        "Text: {text}\nNote:",
        [("Beispiel 1", "4"), ("Beispiel 2", "1")],
        id="a German one",
    ),
]
TITLES = [
    pytest.param(
        "## Example A — a plain text\nIn: a\nOut: b\n\n## Example B — a table format\n"
        "In: c\nOut: d\n",
        [("## Example A", "b"), ("## Example B", "d")],
        id="a format after a dash",
    ),
    pytest.param(
        "Example 1: schema of a shop\nIn: a\nOut: b\n\nExample 2: template of a mail\n"
        "In: c\nOut: d\n\nIn: {x}\nOut:",
        [("Example 1", "b"), ("Example 2", "d")],
        id="a schema after a colon",
    ),
    pytest.param(
        "### Exemplo 1 - texto\nIn: a\nOut: b\n\n### Exemplo 2 - formato livre\nIn: c\n"
        "Out: d\n\n### Agora\n{x}\n",
        [("### Exemplo 1", "b"), ("### Exemplo 2", "d")],
        id="in Portuguese",
    ),
]
RULES_BETWEEN = [
    pytest.param(
        "1. no_role\nSay who.\nExample:\nStory: I want tea.\nFault: no_role\n\n"
        "2. no_wish\nSay what.\nExample:\n"
        "Story: As a cook.\nFault: no_wish\n\n3. twice\nSay it once.\n",
        [("Example:", "no_role"), ("Example:", "no_wish")],
        id="a rule above each",
    ),
    pytest.param(
        "a. Be brief.\n\n1. Cut it.\nExample:\nIn: a b\nOut: a\n\n2. Keep it.\nExample:\n"
        "In: c\nOut: c\n\n3. End it.\n",
        [("Example:", "Out: a"), ("Example:", "Out: c")],
        id="after another list",
    ),
    pytest.param(
        "- Kurz.\nBeispiel:\nText: a b\nKurz: a\n\n- Genau.\nBeispiel:\nText: c\n"
        "Kurz: c\n\n- Fertig.\n",
        [("Beispiel:", "Kurz: a"), ("Beispiel:", "Kurz: c")],
        id="German items",
    ),
]
HEADINGS_WITHIN = [
    pytest.param(
        "### EXAMPLE #1:\n\nFILE:\n\ndef f(x):\n    # squares it\n    # by itself\n"
        "    return x\n\nEND.\n\n"
        "OUTPUT:\n\nnone\n\n### EXAMPLE #2:\n\nFILE:\n\na = 1\n\nEND.\n\nOUTPUT:\n\none\n",
        [("### EXAMPLE #1", "none"), ("### EXAMPLE #2", "one")],
        id="comments of code",
    ),
    pytest.param(
        "Example 1\nPage:\n# Welcome\nAll is well.\nTopic: hello\n\nExample 2\nPage:\n"
        "# Goodbye\nCome back.\n"
        "Topic: bye\n\nPage: {page}\nTopic:",
        [("Example 1", "hello"), ("Example 2", "bye")],
        id="a heading of a page",
    ),
    pytest.param(
        "Beispiel 1:\nSeite:\n**Willkommen**\nAlles gut.\nThema: Gruß\n\nBeispiel 2:\n"
        "Seite:\n**Ende**\nBis bald.\n"
        "Thema: Abschied\n\nSeite: {seite}\nThema:",
        [("Beispiel 1", "Gruß"), ("Beispiel 2", "Abschied")],
        id="a bold line of a page",
    ),
]
ONE_UNDER_A_HEADING = [
    pytest.param(
        "Do it.\n\n**Example:**\n\n**<A_TASK>:**\nAdd up\none and two.\n\n"
        "**<A_PROOF>:**\nIt is three,\nas all know.\n\n"
        "**Expected Output:**\n```\n3\n```\n\n---\n\nNow do yours.\n\n**<A_TASK>:**\n"
        "{{problem}}\n",
        [("**Example:**", "```")],
        id="parts in tags",
    ),
    pytest.param(
        "Do it.\n\n## Example\n\n**Mail**\nToo late.\nToo dear.\n\nSo we go.\nBye.\n\n"
        "**Answer:**\nsorry\n\n## Mail\n{mail}\n",
        [("## Example", "sorry")],
        id="paragraphs of a mail",
    ),
    pytest.param(
        "Tu es.\n\n## Exemple\n\n**Avis**\nTrop tard.\nTrop cher.\n\nOn part.\nAdieu.\n"
        "\n**Réponse :**\npardon\n\n## Avis\n{avis}\n",
        [("## Exemple", "pardon")],
        id="in French",
    ),
]
BARE_TITLES = [
    pytest.param(
        "Example 1\nUser: hi\nBot: hello\nExample 2 (follow-up)\nUser: and?\n"
        "Bot: that is all\nExample 3\nUser: bye\n"
        "Bot: bye\n",
        [("Example 1", "hello"), ("Example 2", "all"), ("Example 3", "bye")],
        id="words in brackets after the number",
    ),
    pytest.param(
        "Example\nIn: a\nOut: b\n\nExample\nIn: c\nOut: d\n\nIn: {x}\nOut:",
        [("Example", "b"), ("Example", "d")],
        id="the word alone",
    ),
    pytest.param(
        "Beispiel 1 (kurz)\nFrage: Wo?\nAntwort: Hier\n\nBeispiel 2 (lang)\n"
        "Frage: Wann?\nAntwort: Nun\n",
        [("Beispiel 1", "Hier"), ("Beispiel 2", "Nun")],
        id="German words in brackets",
    ),
]
NONE = [
    pytest.param(
        '- Words: way\n- Sounds: y\n- Example: "a"\n\n- Words: hek\n- Sounds: k\n- Example: "b"\n\n'
        "Be brief.\n",
        id="the last item of each list",
    ),
    pytest.param(
        "Ost\n* Price: low\n* Example: Oslo\n* Note: cold\n\nSouth\n* Price: high\n* Example: Rom\n"
        "* Note: warm\n",
        id="an item within each list",
    ),
    pytest.param(
        "Ost\n1. Preis: tief\n2. Beispiel: Kiel\n\nSüd\n1. Preis: hoch\n2. Beispiel: Rom\n\nKurz\n",
        id="numbered items",
    ),
    pytest.param(
        "1) Ask well.\n  Good example:\n    Question: How to bake?\n    Topic: baking\n"
        "2) Stay close.\n  Good example:\n    Question: What is near?\n    Topic: nearby\n"
        "3) Be brief.\n",
        id="an example under each rule",
    ),
    pytest.param(
        "- Keep names.\n  * Example:\n    In: Ann\n    Out: Ann\n- Cut dates.\n  * Example:\n"
        "    In: May 1\n    Out: May\n- Keep sums.\n  * Example:\n    In: $1\n    Out: $1\n",
        id="an example under each item",
    ),
    pytest.param(
        "1. Quote it.\n\n   Example:\n   Text: a\n   Quote: 'a'\n\n2. Cut it.\n\n   Example:\n"
        "   Text: bc\n   Quote: 'b'\n",
        id="an example under each number",
    ),
    pytest.param(
        'Example output:\n```json\n{\n  "mood": "...",\n  "reason": "..."\n}\n```\n\nText: {text}',
        id="an object of dots",
    ),
    pytest.param(
        "Example YAML:\ntext:\n- |\n  ...\nfix:\n- from: |\n    ...\n  to: |\n    ...\n\nAnswer:\n",
        id="YAML of dots",
    ),
    pytest.param("Example:\nMood: ...\nReason: ...\n\nText: {text}\nMood:", id="labels with dots"),
    pytest.param(
        'EXAMPLES OF BUYING:\n- "one ticket"\n- "pay now" → buy\n- "book it"\n\nBe brief.\n',
        id="an arrow in one item",
    ),
    pytest.param(
        "Examples:\n- hello → greet\n- bye → greet\n- thanks\n- good day\n\nAnswer in one word.\n",
        id="arrows in the first items",
    ),
    pytest.param(
        "Examples:\n1. hello\n2. bye\n3. buy → shop\n4. pay → shop\n\nAnswer in one word.\n",
        id="arrows in the last items",
    ),
    pytest.param(
        'EXAMPLE BUY:\n- "a ticket"\n\nEXAMPLE ASK:\n- "what time?"\n\nRULES:\nSay: a word\n',
        id="example sentences of each class",
    ),
    pytest.param(
        "EJEMPLO VIAJE:\n- un tren\n\nEJEMPLO COMIDA:\n- una tarta\n\nREGLAS:\nTono: seco\n",
        id="example words in Spanish",
    ),
    pytest.param(
        "CONTOH BELI:\n- beli tiket\n\nCONTOH TANYA:\n- jam berapa\n\nATURAN:\nJawab: satu kata\n",
        id="example sentences in Indonesian",
    ),
]


@pytest.mark.parametrize(
    ("text", "edges"),
    [
        *SIBLING_TAGS,
        *AFTER_FOR_EXAMPLE,
        *ITEMS_OF_A_LIST,
        *NUMBERS,
        *DASHED_GROUPS,
        *QUOTED,
        *WITHOUT_EMPTY_LINES,
        *SENTENCES,
        *DATA_ANSWERS,
        *ASIDES_BELOW,
        *CAPITALS_WITHIN,
        *PAIRS_BY_NAME,
        *LIKE_A_DESCRIPTION,
        *ONE_AND_A_REQUEST,
        *WITHIN_HEADINGS,
        *SENTENCES_WITHIN,
        *TITLES,
        *RULES_BETWEEN,
        *HEADINGS_WITHIN,
        *ONE_UNDER_A_HEADING,
        *BARE_TITLES,
    ],
)
def test_each_example_begins_and_ends_at_its_marks(text: str, edges: Edges) -> None:
    shots = [shot.text.strip() for shot in parse_prompt(text, "prompt.txt").shots]
    assert len(shots) == len(edges), shots
    for shot, (begin, end) in zip(shots, edges, strict=True):
        assert shot.startswith(begin), shot
        assert shot.endswith(end), shot


@pytest.mark.parametrize("text", NONE)
def test_examples_of_rules_formats_and_classes_are_no_shots(text: str) -> None:
    assert parse_prompt(text, "prompt.txt").shots == ()


@pytest.mark.parametrize("word", ["Researcher", "Teacher", "Ann"])
def test_a_heading_between_some_turns_of_a_talk_makes_no_turn_an_example(word: str) -> None:
    talk = (
        f"{word}: How high?\nHelper: I look.\n\n{word}: So?\nHelper: Nine feet.\n\n"
        f"Example 2:\n\n{word}: How far?\nHelper: I look.\n\n{word}: So?\nHelper: A mile.\n"
    )
    shots = [shot.text for shot in parse_prompt(f"Let us talk.\n\n{talk}", "prompt.txt").shots]
    assert len(shots) <= 1
    assert all(shot.startswith("Example 2") for shot in shots)
