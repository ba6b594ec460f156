"""Whether a text is English, by its script and its commonest words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from aftershock.errors import UsageError

__all__ = ["refuse_foreign"]

# The commonest words of each language that are no English words as well.
_COMMON = {
    "English": "the of and to in that is was for it with as his on be at by i had not are but from or have an they which one "
    "you were her all she there would their we him been has when who will more no if out so said what up its about into than "
    "them can only other new some could time these two may then do first any my now such like our over man me even most made "
    "after also did many before must through years where much your way well down should because long each just those people "
    "how too this he against between while during both under still being since until",
    "French": "le la les des du une un et est que qui dans pour pas sur au avec par plus ce sont ont cette aux mais ses leur "
    "été être nous vous elle ils deux comme après entre depuis selon",
    "German": "der die das und ist nicht ein eine einen dem den des mit von zu auf für im sich auch es dass wird werden wurde "
    "haben hat sind bei nach aus wie oder aber einer über vor zum zur noch nur seit",
    "Spanish": "el la los las de del que y en un una es por con para se lo su sus al como más pero fue ha este esta entre sobre "
    "también hasta desde cuando según muy sin",
    "Italian": "il lo la gli di del della che e un una è per con non sono nel alla dei delle si più anche ma come dal degli ha "
    "hanno questo questa",
    "Portuguese": "o os as de do da dos das que e em um uma é por com para não se no na mais como mas foi ao pelo pela são seu "
    "sua também entre",
    "Dutch": "de het een en van is dat niet op te zijn voor met aan er die ook door bij naar om maar uit werd worden deze nog "
    "heeft over",
    "Turkish": "ve bir bu da de için ile olarak olan daha çok en gibi sonra kadar ancak göre ise değil var olduğu ama tarafından "
    "her ne",
    "Indonesian": "yang dan di dengan untuk dari pada dalam ini itu tidak akan oleh adalah ke juga telah sebagai karena mereka",
    "Polish": "i w z na nie się że do jest to po jak o za od przez był są dla oraz ale co przy",
    "Swedish": "och att det som en är av för på med till den har inte om ett var från men vid efter sig",
    "Romanian": "și în de la cu pe un o este nu că din pentru care mai au fost sau prin după",
    "Swahili": "ya na wa kwa ni katika za la kuwa hii huo huyo lakini baada pia hiyo watu",
}  # fmt: skip
_WORDS = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_LOOKED_AT = 60_000
_FEW = 20
_LOWEST = 0.12
"""Of English prose, these words make up about half; of headlines and lists, about a quarter; of French, one in fifty."""


def refuse_foreign(text: str, name: str) -> None:
    """Refuse a text that is not English.

    Raises
    ------
    UsageError
        With the script or language that it seems to be.

    Examples
    --------
    >>> refuse_foreign("Ils ont pris la ville, selon le ministre de la défense, et les combats ont cessé depuis.", "a.txt")
    Traceback (most recent call last):
    aftershock.errors.UsageError: only English is read; found what seems to be French in a.txt. ...
    """
    text = text[:_LOOKED_AT]
    fix = "Have the article translated, and read the translation."
    letters = [char for char in text if char.isalpha()]
    if not letters:
        raise UsageError("an article must hold words", found=f"none in {name}", fix="Name a file that holds it.")
    foreign = [char for char in letters if char > "\u024f" and not unicodedata.name(char, "").startswith("LATIN")]
    if len(foreign) > 0.3 * len(letters):
        raise UsageError("only English is read", found=f"{_script(foreign)} in {name}", fix=fix)
    words = _WORD.findall(text.lower())
    counts = Counter(words)
    shares = {lang: sum(counts[word] for word in known) / len(words) for lang, known in _WORDS.items()}
    english = shares.pop("English")
    other, share = max(shares.items(), key=lambda pair: pair[1])
    # Names of places bring "la", "de" and "al" into English; a text of names alone is not judged.
    if share > 1.5 * english and share > 0.08 and len(words) >= 10:
        raise UsageError("only English is read", found=f"what seems to be {other} in {name}", fix=fix)
    if len(words) >= _FEW and english < _LOWEST and len(set(words)) >= _FEW and _sentences(text):
        raise UsageError("only English is read", found=f"another language in {name}", fix=fix)


def _script(letters: list[str]) -> str:
    names = Counter(unicodedata.name(char, "UNKNOWN").split()[0].capitalize() for char in letters)
    script = names.most_common(1)[0][0]
    return "Chinese or Japanese script" if script == "Cjk" else f"{script} script"


def _sentences(text: str) -> bool:
    """Whether there is a sentence of some length in small letters: a table of names has none."""
    return any(sum(word[0].islower() for word in sentence.split()) > 8 for sentence in re.split(r"[.!?\n]", text))
