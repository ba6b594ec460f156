"""Who is spoken of: names, demonyms, capitals, leaders; what looks like one and is not."""

import datetime as dt
from itertools import pairwise

import pytest

from aftershock.accounts.reading.actors.actors import find_actors, read_aliases, shipped_aliases
from aftershock.accounts.reading.actors.names import government_number, known_names, states
from aftershock.accounts.reading.finding import Reading
from aftershock.accounts.reading.language import parse_text
from aftershock.actors.naming import find_actor
from aftershock.errors import UsageError
from aftershock.figures import load_table


def actors(text, date=None, extra=None):
    found = find_actors(Reading(text, parse_text(text), ((0, len(text)),), date), extra)
    assert all(text[f.start : f.end] == text[f.start : f.end].strip() != "" for f in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    return [(text[f.start : f.end], f.fields["gwcode"] or f.fields["canonical"]) for f in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "ISIS, or Daesh, is the Islamic State's press name.",
            [("ISIS", "IS"), ("Daesh", "IS"), ("Islamic State", "IS")],
        ),
        ("IS is weak, officials told us.", [("IS", "IS")]),
        ("THIS IS ALL OF US.", []),
        (
            "Al-Qa'ida in the Arabian Peninsula, AQAP, fled.",
            [("Al-Qa'ida in the Arabian Peninsula", "AQAP"), ("AQAP", "AQAP")],
        ),
        ("Séléka rebels met the Lord's Resistance Army.", [("Séléka", "Seleka"), ("Lord's Resistance Army", "LRA")]),
        ("Al Qaeda-linked men joined al-Shabab.", [("Al Qaeda", "al-Qaida"), ("al-Shabab", "Al-Shabaab")]),
        ("The YPG and Turkish jets.", [("YPG", "PYD"), ("Turkish", 640)]),
        (
            "South Sudan and Sudan, Niger and Nigeria.",
            [("South Sudan", 626), ("Sudan", 625), ("Niger", 436), ("Nigeria", 475)],
        ),
        (
            "Guinea-Bissau is not Equatorial Guinea or Guinea.",
            [("Guinea-Bissau", 404), ("Equatorial Guinea", 411), ("Guinea", 438)],
        ),
        ("The U.S. and the US, the U.K. and the UAE.", [("U.S.", 2), ("US", 2), ("U.K.", 200), ("UAE", 696)]),
        ("Syria's army and the Iraqis' hopes", [("Syria", 652), ("Iraqis", 645)]),
        ("The White House and the Kremlin spoke.", [("White House", 2), ("Kremlin", 365)]),
        ("The Tatmadaw and the IDF.", [("Tatmadaw", 775), ("IDF", 666)]),
        (
            "East Germany, South Yemen and Czechoslovakia are gone.",
            [("East Germany", 265), ("South Yemen", 680), ("Czechoslovakia", 315)],
        ),
    ],
)
def test_names_are_found_with_exact_spans(text, expected):
    assert actors(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Damascus said it would answer.", [("Damascus", 652)]),
        ("Baghdad's forces moved, and Baghdad's airport closed.", [("Baghdad", 645)]),
        ("Clashes broke out in Baghdad near Baghdad airport.", []),
        ("Relations between Ankara and Cairo are bad.", [("Ankara", 640), ("Cairo", 651)]),
        ("Ukraine blamed Moscow. A pro-Moscow militia fled.", [("Ukraine", 369), ("Moscow", 365), ("Moscow", 365)]),
        ("He flew from Cairo to Tripoli.", []),
        ("Thousands marched in Tehran, Paris and London.", []),
        ("Tehran-backed militias attacked.", [("Tehran", 630)]),
    ],
)
def test_a_capital_counts_where_it_acts(text, expected):
    assert actors(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The New York Times and the Washington Post agreed.",
        "The Syrian Observatory for Human Rights counted them.",
        "Bank of America and the American University of Beirut.",
        "The Indian Ocean, Latin America and Native Americans.",
        "He spoke Turkish and was taught in French.",
        "Michael Jordan met Chad Smith.",
        "Ethnic Albanian villagers fled the Niger Delta.",
        "Kurdish, Sunni and Shiite families came.",
        "turkey and china plates; the black pan; he is pro and con.",
        "In Atlanta, Savannah and Augusta, Georgia voted.",
    ],
)
def test_what_is_no_actor_is_not_found(text):
    assert actors(text) == []


def test_leaders_stand_for_their_state_from_their_term_on():
    text = "President Trump met Erdogan. Maher al-Assad did not."
    assert actors(text, dt.date(2017, 7, 1)) == [("President Trump", 2), ("Erdogan", 640)]
    assert actors(text, dt.date(2012, 7, 1)) == [("Erdogan", 640)]
    assert actors("Saddam Hussein invaded Kuwait.", dt.date(2020, 1, 1)) == [("Saddam Hussein", 645), ("Kuwait", 690)]


def test_a_common_surname_needs_an_introduction():
    assert actors("Brown bread for May.", dt.date(2009, 1, 1)) == []
    assert actors("Prime Minister Gordon Brown left Britain. Brown spoke.") == [
        ("Prime Minister Gordon Brown", 200), ("Britain", 200), ("Brown", 200),
    ]  # fmt: skip


def test_the_office_after_a_demonym_belongs_to_it():
    assert actors("The Syrian president and the Iraqi prime minister met.") == [
        ("Syrian president", 652),
        ("Iraqi prime minister", 645),
    ]


def test_an_article_introduces_its_own_names():
    text = "Malian President Moussa Keitala spoke; Keitala left. The Karen National Union (KNUX) fought. KNUX men fled."
    assert [a for a in actors(text) if a[0] in ("Keitala", "KNUX")] == [
        ("Keitala", 432),
        ("KNUX", "KNU"),
        ("KNUX", "KNU"),
    ]


def test_names_that_need_a_place_count_only_there():
    assert actors("The Tigers won.") == []
    assert actors("The Tigers shelled the navy of Sri Lanka.") == [("Tigers", "LTTE"), ("Sri Lanka", 780)]
    assert ("PDF", "NUG") in actors("The PDF fought in Myanmar.", dt.date(2023, 1, 1))
    assert actors("A PDF of the report is online.", dt.date(2023, 1, 1)) == []


def test_kurdish_forces_are_those_of_the_country_and_time():
    assert actors("Kurdish forces neared Raqqa in Syria.", dt.date(2017, 6, 1))[0] == ("Kurdish forces", "SDF")
    assert actors("Kurdish forces held Kobani in Syria.", dt.date(2014, 10, 1))[0] == ("Kurdish forces", "PYD")
    assert actors("Kurdish militants struck in Turkey.", dt.date(1994, 6, 1))[0] == ("Kurdish militants", "PKK")
    assert actors("U.S.-backed forces took Raqqa in Syria.", dt.date(2017, 6, 1))[0] == ("U.S.-backed forces", "SDF")
    assert actors("U.S.-backed forces left Kabul in Afghanistan.", dt.date(2017, 6, 1))[0] == ("U.S.", 2)


def test_a_users_names_come_first(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("the Wolves: PKK\nISIS: al-Qaida\n", encoding="utf-8")
    assert actors("the Wolves met ISIS.", extra=read_aliases(path)) == [("the Wolves", "PKK"), ("ISIS", "al-Qaida")]


def test_a_faulty_file_of_aliases_is_refused():
    with pytest.raises(UsageError, match="a file of aliases"):
        read_aliases("Wolves:\n  - PKK\n")
    with pytest.raises(UsageError, match="twice"):
        read_aliases("Wolves: PKK\nWolves: IS\n")


@pytest.mark.parametrize(
    "text", ["", " \n\n ", "...!?\"'--", "()", "'s", "'" * 500, "U.S" * 200, "\u0627\u0644\u0639\u0631\u0627\u0642"]
)
def test_odd_text_is_no_trouble(text):
    assert all(0 <= f.start < f.end <= len(text) for f in find_actors(Reading(text, parse_text(text), ())))


def test_every_name_leads_to_somebody_of_the_record():
    listed = set(load_table("actors").name.str.strip())
    beyond = {
        "Peshmerga", "Popular Mobilization Forces", "Kataib Hezbollah", "Badr Organization", "Fatah al-Islam", "MNLA", "MEND", "Wazalendo",
    }  # fmt: skip
    for name in (
        {*shipped_aliases().values(), *(n.canonical for n in known_names() if n.role != "trap")} - listed - beyond
    ):
        try:
            find_actor(None, name)
        except UsageError:
            assert government_number(name) is not None, name
    assert states()[775].canonical in listed
