"""The words by which a worked example shows itself, in the languages prompts are written in.

Structure decides wherever it can: these words only break ties between shots and look-alikes.
"""

# ruff: noqa: RUF001  other scripts have letters that look like Latin ones

from __future__ import annotations

import re


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
QUESTIONS = _words(
    "q, question, problem, frage, pregunta, pergunta, domanda, vraag, вопрос, 问, 问题, 質問, 질문"
)
"""What also heads the entries of an FAQ or of a list of known troubles."""


EXAMPLES = _words(
    "few-shot example, few shot example, example, sample, demonstration, shot, beispiel, exemple",
    "ejemplo, exemplo, esempio, esempi, voorbeeld, przykład, пример, приклад, příklad, príklad",
    "örnek, exempel, eksempel, eksempl, esimerkki, esimerki, példa, exemplu, παράδειγμα, dæmi",
    "ví dụ, contoh, ตัวอย่าง, उदाहरण, مثال, أمثلة, דוגמה, דוגמא",
    "示例, 例子, 范例, 範例, 样例, 例题, 例, 예시, 예제, 예",
)
_FORMATS = _words("format, formato, формат, 格式, 形式, フォーマット, 형식")
_REFERENCES = _words(
    "faq, frequently asked, häufig gestellt, foire aux questions, questions fréquentes",
    "preguntas frecuentes, perguntas frequentes, domande frequenti, veelgestelde, часто задаваем",
    "常见问题, 常見問題, よくある質問, 자주 묻는, knowledge base, wissensdatenbank, glossar",
    "glosario, glossaire, transcript, transkript, transcripción, chat log",
)
_AMBIGUOUS = frozenset({"例", "예", "shot"})
_SHORT_ANNOUNCEMENT = 4


def names(name: str, words: frozenset[str]) -> bool:
    """Return whether a label is one of the words, or ends in one ("customer question")."""
    return name in words or name.rpartition(" ")[2] in words


def announces(line: str) -> bool:
    """Return whether a line says that examples follow: "Here are some examples:".

    >>> announces("## Beispiele"), announces("For example, a refund is a complaint.")
    (True, False)
    """
    said = line.casefold().strip(" \t\r*_#>-=[]/<:：")
    leads = line.rstrip(" \t\r*_").endswith((":", "：")) or line.lstrip().startswith(("#", "<"))
    if not leads and len(said.split()) > _SHORT_ANNOUNCEMENT:
        return False
    return _mentions(said, EXAMPLES - _AMBIGUOUS) or said.endswith(("例", "예"))


def describes_format(line: str) -> bool:
    """Return whether a line says how an answer must look: "Use the following format:"."""
    return _mentions(line.casefold(), _FORMATS) and not announces(line)


def refers(line: str) -> bool:
    """Return whether a line heads reference material, such as an FAQ."""
    return _mentions(line.casefold(), _REFERENCES) and not announces(line)


def _mentions(said: str, words: frozenset[str]) -> bool:
    return any(word in said for word in words)


def example_word() -> str:
    """Return a pattern of the words that can head one worked example."""
    return "|".join(re.escape(word) for word in sorted(EXAMPLES, key=len, reverse=True))
