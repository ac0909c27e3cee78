"""Words of the pages: written in Indonesian in the templates, English from a gettext catalogue.

The catalogue is read from its ``.po`` text when the process starts; nothing compiled is kept.
"""

import gettext
import io
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from api.language import LanguageCode

FOLDER = Path(__file__).parent / "translations"


def po_file(language: LanguageCode) -> Path:
    """Where the catalogue of a language lies."""
    return FOLDER / language / "LC_MESSAGES" / "suluh.po"


@cache
def translations(language: LanguageCode) -> gettext.NullTranslations:
    """The catalogue of a language; Indonesian is the source and has none."""
    if language == "id":
        return gettext.NullTranslations()
    with po_file(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
