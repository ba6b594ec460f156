"""How two actors stand to each other: only what a sentence asserts."""

from dataclasses import replace

import pytest

from aftershock.accounts.reading.actors.actors import find_actors
from aftershock.accounts.reading.finding import Reading
from aftershock.accounts.reading.language import parse_text
from aftershock.accounts.reading.relations.relations import find_relations


def relations(text):
    reading = Reading(text, parse_text(text), ((0, len(text)),))
    found = find_relations(replace(reading, actors=tuple(find_actors(reading))))
    assert all(text[f.start : f.end] == text[f.start : f.end].strip() != "" and f.checkable for f in found)
    return [tuple(f.fields[k].removeprefix("Government of ") for k in ("a", "relation", "b")) for f in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Turkey has bombed the PKK for years.", [("Turkey", "hostile", "PKK")]),
        ("Ukraine was invaded by Russia (again).", [("Russia (Soviet Union)", "hostile", "Ukraine")]),
        ("Uganda's war on the LRA lasted two decades.", [("Uganda", "hostile", "LRA")]),
        ("Clashes between M23 and the Congolese army continued.", [("M23", "hostile", "DR Congo (Zaire)")]),
        ("The Taliban drove Islamic State out of Nangarhar.", [("Taleban", "hostile", "IS")]),
        ("Ramadi was retaken from Islamic State by Iraqi forces.", [("Iraq", "hostile", "IS")]),
        ("Israel is at war with Hamas.", [("Israel", "hostile", "Hamas")]),
        ("Saudi Arabia and Iran are rivals.", [("Saudi Arabia", "hostile", "Iran")]),
        ("Russia and Iran back Assad.", [("Russia (Soviet Union)", "supports", "Syria"), ("Iran", "supports", "Syria")]),
        ("Rwanda has supplied weapons to M23, experts say.", [("Rwanda", "supports", "M23")]),
        ("U.S.-backed Syrian Democratic Forces entered Raqqa.", [("United States of America", "supports", "SDF")]),
        ("Iran-backed Hezbollah fought on.", [("Iran", "supports", "Hezbollah")]),
        ("Turkish support for the GNA turned the tide in Libya.", [("Turkey", "supports", "Libya")]),
        ("The PYD, an offshoot of the PKK, holds Kobani.", [("PYD", "part of", "PKK")]),
        ("Boko Haram pledged allegiance to Islamic State in 2015.",
         [("Jama'atu Ahlis Sunna Lidda'awati wal-Jihad", "part of", "IS")]),
        ("The Real IRA broke away from the Provisional IRA.", [("RIRA", "succeeds", "PIRA")]),
        ("Turkey is a NATO ally of the United States.", [("Turkey", "allied", "United States of America")]),
        ("The United States accused Iran of arming the Houthis.", [("Iran", "supports", "Ansarallah")]),
        ("Ethiopia, a U.S. ally, stayed out.", [("Ethiopia", "allied", "United States of America")]),
        ("Rwanda backs M23. It has also attacked Burundi.",
         [("Rwanda", "supports", "M23"), ("Rwanda", "hostile", "Burundi")]),
        ("M23 took Goma. Rwanda armed the group.", [("Rwanda", "supports", "M23")]),
        ("ISWAP and Boko Haram split. The two factions fought one another.",
         [("IS", "hostile", "Jama'atu Ahlis Sunna Lidda'awati wal-Jihad")]),
        ("U.S. instructors trained units from Niger and Cameroon.",
         [("United States of America", "supports", "Niger"), ("United States of America", "supports", "Cameroon")]),
        ("Ethiopia has vowed to destroy Al-Shabaab.", [("Ethiopia", "hostile", "Al-Shabaab")]),
        ("Boko Haram took up arms against Nigeria.",
         [("Jama'atu Ahlis Sunna Lidda'awati wal-Jihad", "hostile", "Nigeria")]),
        ("The Saudi-led coalition bombed the Houthis.", [("Saudi Arabia", "hostile", "Ansarallah")]),
        ("The Quds Force of Iran sent a shipment of rockets to Hezbollah.", [("Iran", "supports", "Hezbollah")]),
    ],
)  # fmt: skip
def test_what_is_said_is_found(text, expected):
    assert relations(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "There is no evidence that Qatar supports ISIS.",
        "Qatar denies backing Hamas.",
        "The U.S. refused to arm the YPG.",
        "Does Pakistan support the Taliban?",
        "Turkey may attack the YPG.",
        "If Israel strikes Iran, the price of oil rises.",
        "Boko Haram took its name from Islamic State.",
        "Turkey, which sells tomatoes to Russia, stayed out.",
        "Russia never supported the Taliban.",
        "China urged Myanmar to stop attacking the Kachin Independence Army.",
        "France will support Mali against JNIM.",
        "Iraq and Syria share a border.",
        "The US hit ISIS.",
    ],
)
def test_what_is_denied_asked_or_only_possible_is_not(text):
    wanted = {("United States of America", "hostile", "IS")} if text == "The US hit ISIS." else set()
    assert set(relations(text)) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "...",
        "Iran Iran Iran",
        "and Iran and, Hezbollah-",
        "Back Assad Iran back",
        "they both its Iran, Hamas the two",
    ],
)
def test_odd_text_is_no_trouble(text):
    assert isinstance(relations(text), list)
