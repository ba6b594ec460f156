"""Which alias takes in a side."""

from aftershock.streams.aliases import alias_finder, outer_names


def test_an_alias_may_bear_the_name_of_an_actor():
    assert outer_names({"IS": ("IS", "ISIL")}) == {"IS": "IS"}


def test_aliases_of_aliases_end_in_the_outermost():
    find = alias_finder({"rebels": ("SNA",), "anti-government": ("rebels", "IS"), "all": ("anti-government",)})
    assert {find("SNA"), find("IS")} == {"all"}


def test_the_whole_side_goes_before_its_members_and_the_first_alias_before_the_next():
    find = alias_finder({"HTS": ("HTS",), "rebels": ("Ahrar al-Sham", "*Front*"), "room": ("HTS, Ahrar al-Sham",)})
    assert find("HTS, Ahrar al-Sham") == "room"
    assert find("Ahrar al-Sham, HTS") == "HTS"
    assert find("HTS, Southern Front") == "rebels"
    assert find("Ahrar al-Sham, SDF") == "rebels"
    assert find("SDF") is None


def test_only_the_star_is_special_and_letters_count_as_they_are():
    find = alias_finder({"x": ("A?[b].*",)})
    assert find("A?[b].c") == "x"
    assert find("a?[b].c") is find("Axb.c") is None
