"""The page on which a person pairs a wall."""

from __future__ import annotations

import pytest

from feeds.city.words import Lang
from layouts.html import render
from layouts.text import texts
from layouts.wall import pairing


@pytest.mark.parametrize("lang", texts.LANGS)
def test_who_may_not_pair_is_led_to_the_sign_in_and_back(lang: Lang) -> None:
    text = render.to_html(pairing.confirm(lang, None, {}, None, "", "light"))
    back = f"next=%2Fpair%3Flang%3D{lang}%26theme%3Dlight"
    assert f'href="/sign-in?lang={lang}&amp;theme=light&amp;{back}"' in text
    assert texts.get(lang, "pairing.needs_admin") in text
