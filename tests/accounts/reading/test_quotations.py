"""Direct speech: what stands between the marks, and who says it."""

import pytest

from aftershock.accounts.reading.finding import Reading
from aftershock.accounts.reading.language import parse_text
from aftershock.accounts.reading.speech.quotations import find_quotations

pytest.importorskip("spacy")


def read(text):
    starts = [0]
    while (at := text.find("\n\n", starts[-1])) >= 0:
        starts.append(at + 2)
    ends = [*(s - 2 for s in starts[1:]), len(text)]
    paragraphs = tuple(zip(starts, ends, strict=True))
    return Reading(text, parse_text(text, paragraphs), paragraphs)


def quoted(text):
    return [(text[f.start : f.end], f.fields["speaker"]) for f in find_quotations(read(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"We stay," said Haider al-Abadi.', [("We stay,", "Haider al-Abadi")]),
        ("“We stay,” Haider al-Abadi said.", [("We stay,", "Haider al-Abadi")]),
        ("'We stay,' said the fighters' leader.", [("We stay,", "the fighters' leader")]),
        (
            '"Ask the people," the mayor, Vitali Klitschko, said, "not me."',
            [("Ask the people,", "Vitali Klitschko"), ("not me.", "Vitali Klitschko")],
        ),
        ('Zelensky: "We will not give up land."', [("We will not give up land.", "Zelensky")]),
        (
            'According to Amnesty International, the raid was "indiscriminate."',
            [("indiscriminate.", "Amnesty International")],
        ),
        (
            'In the words of one diplomat, "the war is over and nobody won".',
            [("the war is over and nobody won", "one diplomat")],
        ),
        ('"The ceasefire is dead," read a statement.', [("The ceasefire is dead,", "a statement")]),
        (
            "\"He told me, 'Leave,' and we left,\" said Amina Yusuf.",
            [("He told me, 'Leave,' and we left,", "Amina Yusuf")],
        ),
        ('The governor shook his head. "They took everything."', [("They took everything.", "the governor")]),
        ('Russia calls the invasion a "special military operation".', [("special military operation", "Russia")]),
    ],
)
def test_marks_and_speakers(text, expected):
    assert quoted(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        'The so-called "caliphate" has fallen.',
        'The "moderate" rebels fled.',
        'Her book, "The Long War," sold well.',
        'He is 6\'2" tall and carries a 12" knife.',
        "The rebels' camp and the soldiers' tents burned in the '90s.",
        'The group, known as "the Base", was founded in 1988.',
    ],
)
def test_names_scare_quotes_and_inches_are_no_speech(text):
    assert quoted(text) == []


def test_a_speech_over_paragraphs_keeps_its_speaker():
    text = '"The roof came down," said Yusuf Idris, a teacher. "Then it burned.\n\n"My brother was inside."'
    assert quoted(text) == [
        ("The roof came down,", "Yusuf Idris"),
        ("Then it burned.", "Yusuf Idris"),
        ("My brother was inside.", "Yusuf Idris"),
    ]


def test_a_surname_and_a_pronoun_stand_for_the_full_name():
    text = 'Ravina Shamdasani spoke in Geneva on Friday. "It is bad," she said.\n\n"It is worse," Shamdasani added.'
    assert [speaker for _, speaker in quoted(text)] == ["Ravina Shamdasani"] * 2


def test_an_unresolved_pronoun_names_nobody():
    assert quoted('"It is over," he said.') == [("It is over,", None)]


def test_who_passed_it_on_and_to_which_outlet():
    text = 'A senior official, as the general told the New York Times, warned: "We have no plan."'
    (found,) = find_quotations(read(text))
    assert dict(found.fields) == {"speaker": "a senior official", "via": "the general", "outlet": "New York Times"}
    text = '"There are bodies everywhere," Dr. Hamza al-Khatib told Al Jazeera by phone.'
    (found,) = find_quotations(read(text))
    assert dict(found.fields) == {"speaker": "Hamza al-Khatib", "via": None, "outlet": "Al Jazeera"}


@pytest.mark.parametrize(
    "text", ["", " \n ", "\"'\"'.,;:", '"', "'", '" " "', '"""', 'He said, "', 'a" b" c"', "''", "“", "”" * 9]
)
def test_marks_without_words(text):
    assert quoted(text) == []


def test_a_quotation_left_open_ends_with_its_sentence():
    assert quoted('The mayor said: "They shot at us. It was dark.') == [("They shot at us.", "the mayor")]
