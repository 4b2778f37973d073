"""The words by which a worked example shows itself, in the languages prompts are written in.

Structure decides wherever it can: a word only adds to the score, and only as a whole word.
"""

# ruff: noqa: RUF001  other scripts have letters that look like Latin ones

from __future__ import annotations

import re
from functools import cache


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split(", "))


INPUTS = _words(
    "input, in, question, q, query, text, source, prompt, sentence, review, tweet, comment",
    "message, document, article, passage, context, premise, problem, email, ticket, instruction",
    "statement, post, phrase, headline, abstract, feedback, request, utterance, code, claim",
    "paragraph, content",
    "eingabe, frage, satz, bewertung, rezension, kommentar, nachricht, quelle, artikel, anfrage",
    "entrée, texte, avis, commentaire, énoncé, requête",
    "entrada, pregunta, texto, frase, reseña, comentario, mensaje, consulta, opinión",
    "pergunta, avaliação, mensagem, domanda, testo, recensione, ingresso, messaggio",
    "invoer, vraag, tekst, zin, recensie, bericht, wejście, pytanie, zdanie, recenzja",
    "вход, ввод, вопрос, текст, отзыв, предложение, сообщение, питання, запитання, відгук",
    "vstup, otázka, věta, recenze, indata, inmatning, fråga, spørgsmål, spørsmål, tekst",
    "syöte, kysymys, teksti, girdi, soru, metin, yorum, spurning, texti, bemenet, kérdés, szöveg",
    "ερώτηση, είσοδος, κείμενο, întrebare, intrare, đầu vào, câu hỏi, văn bản",
    "masukan, pertanyaan, teks, คำถาม, ข้อความ, प्रश्न, इनपुट, पाठ, वाक्य",
    "输入, 问题, 问, 文本, 句子, 评论, 原文, 輸入, 問題, 問, 文本, 評論",
    "入力, 質問, 文章, 文, テキスト, レビュー, 입력, 질문, 문제, 문장, 텍스트, 리뷰",
    "سؤال, السؤال, المدخل, المدخلات, الإدخال, النص, نص, שאלה, קלט, טקסט",
)


OUTPUTS = _words(
    "output, out, answer, a, response, label, target, completion, sentiment, category, class",
    "classification, summary, translation, result, intent, topic, tag, tags, entities, keywords",
    "sql, emotion, reply, verdict, solution, prediction, json, corrected, correction, paraphrase",
    "final answer, expected, rating",
    "ausgabe, antwort, etikett, stimmung, kategorie, zusammenfassung, übersetzung, ergebnis",
    "klasse, sortie, réponse, étiquette, catégorie, résumé, traduction, résultat, classe",
    "salida, respuesta, etiqueta, sentimiento, categoría, resumen, traducción, resultado, clase",
    "saída, resposta, rótulo, sentimento, categoria, resumo, tradução",
    "uscita, risposta, etichetta, riassunto, traduzione, risultato",
    "uitvoer, antwoord, categorie, samenvatting, vertaling, resultaat",
    "wyjście, odpowiedź, etykieta, kategoria, tłumaczenie, wynik",
    "выход, вывод, ответ, метка, тональность, категория, перевод, резюме, відповідь, мітка",
    "výstup, odpověď, štítek, kategorie, utdata, svar, etikett, kategori, tuloste, vastaus",
    "çıktı, cevap, yanıt, etiket, duygu, svör, þýðing, kimenet, válasz, címke",
    "απάντηση, έξοδος, ετικέτα, răspuns, ieșire, đầu ra, trả lời, câu trả lời, nhãn",
    "keluaran, jawaban, คำตอบ, उत्तर, आउटपुट, लेबल",
    "输出, 答案, 答, 回答, 标签, 情感, 类别, 分类, 翻译, 译文, 摘要, 輸出, 標籤, 翻譯",
    "出力, 答え, ラベル, 感情, 分類, 翻訳, 要約, 출력, 답변, 답, 정답, 레이블, 라벨, 감정, 번역",
    "جواب, الجواب, الإجابة, المخرج, المخرجات, التصنيف, תשובה, פלט, תווית",
)


SPEAKERS = _words(
    "user, human, assistant, model, bot, ai, chatbot, agent, customer, client, caller, visitor",
    "nutzer, benutzer, kunde, assistent, utilisateur, client, usuario, asistente, usuário, utente",
    "пользователь, ассистент, клиент, 用户, 助手, 客户, 用戶, ユーザー, アシスタント",
    "사용자, 어시스턴트",
    "pengguna, asisten, kullanıcı, asistan, gebruiker, użytkownik, asystent, assistente",
)
"""Who speaks in a dialogue."""


GRADES = _words(
    "bad, poor, worse, weak, avoid, don't, good, better, strong, prefer, preferred, do, instead",
    "schlecht, schlechter, gut, besser, mauvais, bon, mieux, malo, mal, bueno, bien, mejor",
    "pire, peor, ruim, mau, má, pior, bom, boa, melhor, cattivo, peggio, buono, meglio, slecht",
    "goed, beter, плохо, хуже, хорошо, лучше, źle, dobrze, lepiej, kötü, iyi, buruk, baik, xấu",
    "tốt, 差, 坏, 好, 悪い, 良い, 나쁨, 좋음",
)
"""How good an answer is: two of them show a rule of style, and no input with its output."""


QUESTIONS = _words(
    "q, question, problem, frage, pregunta, pergunta, domanda, vraag, вопрос, 问, 问题, 質問, 질문"
)
"""What also heads the entries of an FAQ or of a list of known troubles."""


EXAMPLES = _words(
    "few-shot example, few shot example, example, sample, demonstration, shot, beispiel, exemple",
    "ejemplo, exemplo, esempio, esempi, voorbeeld, przykład, пример, приклад, příklad, príklad",
    "örnek, exempel, eksempel, eksempl, esimerkki, esimerki, példa, exemplu, παράδειγμα, dæmi",
    "ví dụ, contoh, ตัวอย่าง, उदाहरण, مثال, أمثلة, דוגמה, דוגמא",
    "示例, 例如, 例えば, 例子, 范例, 範例, 样例, 例题, 例, 예시, 예제, 예",
)


FORMATS = _words(
    "format, formato, template, schema, syntax, формат, 格式, 模板, 形式, フォーマット, 형식"
)
"""What makes "example" say how an answer looks, and not that an example follows."""


REFERENCES = _words(
    "faq, faqs, frequently asked questions, frequently asked, häufig gestellte fragen",
    "foire aux questions, questions fréquentes, preguntas frecuentes, perguntas frequentes",
    "domande frequenti, veelgestelde vragen, часто задаваемые вопросы, 常见问题, 常見問題",
    "よくある質問, 자주 묻는 질문, knowledge base, wissensdatenbank, glossary, glossar, glosario",
    "glossaire, transcript, transkript, transcripción, chat log",
)


TURNS = _words(
    "real data, your turn, begin, let's begin, actual, now, that is the format",
    "jetzt, nun, maintenant, à vous, à toi, ahora, te toca, agora, sua vez, ora, adesso",
    "tocca a te, nu, teraz, теперь, ваша очередь, şimdi, 现在, 现在轮到你, 輪到你, 次は, では",
    "이제, الآن, עכשיו",
)
"""How the line begins that stands between the last example and the request."""


ARTICLES = _words(
    "the, a, an, your, this, one, der, die, das, ein, eine, le, la, les, un, une, el, los, las",
    "una, il, lo, i, o, os, as, um, uma, de, het, een",
)

RELATIVES = _words("who, that, which, whose, der, die, das, qui, que, che, quem, кто")
"""How the words begin that say which one is meant: "the person who asks"."""

_CERTAIN = EXAMPLES - {"例", "例如", "例えば", "예", "shot"}
_SPACED = "\u0e00"
"""Scripts from here on (Thai, Chinese, Japanese, Korean) set no space between words."""


def names(name: str, words: frozenset[str]) -> bool:
    """Return whether a label is one of the words, or ends in one ("customer question")."""
    return name in words or name.rpartition(" ")[2] in words


def are_speakers(two: set[str]) -> bool:
    """Return whether labels are those of a talk: all of speakers, or one of two, and no input.

    >>> are_speakers({"client", "coach"}), are_speakers({"user", "answer"})
    (True, False)
    """
    one = not two.isdisjoint(SPEAKERS) and two.isdisjoint(INPUTS | OUTPUTS)
    return two <= SPEAKERS or (one and len(two) == 2)  # noqa: PLR2004  two sides


def mentions_examples(text: str) -> bool:
    """Return whether a text in small letters has a word for examples, of one or of several.

    >>> mentions_examples("some worked examples"), mentions_examples("a counterexample")
    (True, False)
    """
    return _pattern(_CERTAIN, r"(\w{0,3})").search(text) is not None


def mentions_several(text: str) -> bool:
    """Return whether a text in small letters has a word for several examples.

    >>> mentions_several("follow the examples"), mentions_several("for example")
    (True, False)
    """
    return any(found[1] != "" for found in _pattern(_CERTAIN, r"(\w{0,3})").finditer(text))


def mentions_formats(text: str) -> bool:
    """Return whether a text in small letters has a word for a format, in whatever case or number.

    >>> mentions_formats("the format of it"), mentions_formats("all information")
    (True, False)
    """
    return _pattern(FORMATS, r"\w{0,2}").search(text) is not None


def mentions_references(text: str) -> bool:
    """Return whether a text in small letters names reference material, such as an FAQ."""
    return _pattern(REFERENCES).search(text) is not None


def takes_turn(text: str) -> bool:
    """Return whether a line in small letters turns to the request: "now it's your turn".

    >>> takes_turn("now classify this one:"), takes_turn("nowhere")
    (True, False)
    """
    return _pattern(TURNS).match(text) is not None


def example_head(text: str) -> int:
    """Return how long the word for one example is with which a text in small letters begins.

    >>> example_head("example 2"), example_head("examples")
    (7, 0)
    """
    found = _pattern(EXAMPLES).match(text)
    return found.end() if found else 0


@cache
def _pattern(words: frozenset[str], ending: str = "") -> re.Pattern[str]:
    """Return a pattern of whole words; the longest of those that begin alike wins.

    A single sign, such as the Chinese one for an example, is a word only where it stands alone, or
    before the Japanese particle "of".
    """
    ordered = sorted(words, key=len, reverse=True)
    apart = [word for word in ordered if word[-1] < _SPACED or len(word) == 1]
    spaced = "|".join(map(re.escape, apart))
    others = "|".join(re.escape(word) for word in ordered if word not in apart)
    whole = rf"(?<![^\W\d_])(?<![@./])(?:{spaced}){ending}(?![^\W\d_の]|\.\w)"
    return re.compile(f"{whole}|(?:{others})" if others else whole)
