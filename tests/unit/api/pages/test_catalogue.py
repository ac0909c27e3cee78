"""The English catalogue has every word of the pages, and none that no page says."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from api.pages.catalogue import po_file, translations

PAGES = Path("api/pages")


def _said() -> set[str]:
    found = extract_from_dir(PAGES, [("**.html", "jinja2"), ("**.py", "python")])
    return {m[0] if isinstance(m, tuple) else m for _, _, m, _, _ in found}


def _catalogue():
    with po_file("en").open("rb") as file:
        return [m for m in read_po(file, locale="en") if m.id]


def test_every_word_is_translated_and_none_is_left_over():
    ids = {m.id[0] if isinstance(m.id, tuple) else m.id for m in _catalogue()}
    assert _said() - ids == set(), "words without an English line in suluh.po"
    assert ids - _said() == set(), "English lines that no page uses any more"


def test_no_line_is_empty_or_fuzzy_and_placeholders_agree():
    for message in _catalogue():
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(strings), message.id
        assert not message.fuzzy
        assert not list(message.check())


def test_english_has_a_plural_and_indonesian_has_not():
    english, indonesian = translations("en"), translations("id")
    assert english.ngettext("%(n)s hari", "%(n)s hari", 1) == "%(n)s day"
    assert english.ngettext("%(n)s hari", "%(n)s hari", 2) == "%(n)s days"
    assert indonesian.ngettext("%(n)s hari", "%(n)s hari", 2) == "%(n)s hari"


@pytest.mark.parametrize("word", ["panel listrik", "aki", "gateway"])
def test_words_we_do_not_use(word):
    assert not any(word in said.lower().split() for said in _said())
