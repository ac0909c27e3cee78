"""A code typed by a tired thumb is right or refused."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.house_code import HouseCodeError, house_code, read_house_code

PREFIXES = st.text(string.ascii_uppercase, min_size=2, max_size=4)
NUMBERS = st.integers(1, 999_999)


def test_a_code_has_prefix_number_and_check_character():
    # The check character worked out by hand: ISO 7064, mod 37,36, over "OEM0142".
    assert house_code("OEM", 142) == "OEM-0142-0"


@given(PREFIXES, NUMBERS)
def test_every_code_made_is_read_back(prefix, number):
    code = house_code(prefix, number)
    assert read_house_code(code) == code


@pytest.mark.parametrize(
    "typed", ["oem-0142-0", " OEM 0142 0 ", "OEM01420", "Oem.0142.0", "oem_0142-0"]
)
def test_case_and_separators_do_not_matter(typed):
    assert read_house_code(typed) == "OEM-0142-0"


@given(st.data(), PREFIXES, NUMBERS)
def test_any_single_mistyped_character_is_noticed(data, prefix, number):
    code = house_code(prefix, number).replace("-", "")
    at = data.draw(st.integers(0, len(code) - 1))
    kind = string.digits if code[at].isdigit() else string.ascii_uppercase
    other = data.draw(st.sampled_from([c for c in kind if c != code[at]]))
    with pytest.raises(HouseCodeError):
        read_house_code(code[:at] + other + code[at + 1 :])


def test_nearly_every_swap_of_two_neighbours_is_noticed():
    missed = swaps = 0
    for number in range(1, 3_000):
        code = house_code("OEM", number).replace("-", "")
        for i in range(3, 6):
            if code[i] != code[i + 1]:
                swaps += 1
                swapped = code[:i] + code[i + 1] + code[i] + code[i + 2 :]
                try:
                    read_house_code(swapped)
                    missed += 1
                except HouseCodeError:
                    pass
    assert swaps > 5_000
    assert missed / swaps < 0.01


@pytest.mark.parametrize(
    "typed", ["", "OEM", "OEM-0142", "0142-0", "OEM-14-0", "OEM-0142-0-1", "Ö"]
)
def test_what_has_another_shape_is_told_the_shape(typed):
    with pytest.raises(HouseCodeError, match="must look like OEM-0142-0") as caught:
        read_house_code(typed)
    assert not caught.value.mistyped


def test_a_wrong_check_character_is_told_as_mistyped():
    with pytest.raises(HouseCodeError, match="mistyped") as caught:
        read_house_code("OEM-0142-K")
    assert caught.value.mistyped


@pytest.mark.parametrize(
    ("prefix", "number"), [("oem", 1), ("O", 1), ("OEMAM", 1), ("OEM", 0), ("OEM", 10**6)]
)
def test_no_code_is_made_that_could_not_be_read(prefix, number):
    with pytest.raises(ValueError, match="no house code"):
        house_code(prefix, number)
