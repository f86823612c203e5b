"""What the desk's pages show is said as people say it."""

from __future__ import annotations

import pytest
from tests.desk.conftest import sample
from tests.desk.site import Site


@pytest.mark.parametrize(("language", "said"), [("zh", "：<q>否</q>"), ("en", ": <q>no</q>")])
def test_the_page_of_a_submission_says_values_as_people_do(small_site: Site, language: str, said: str) -> None:
    office = small_site.office
    told = sample("tier-1-complete.ttl").replace(b"zy:hasDutyPhone true", b"zy:hasDutyPhone false")
    name = office.judged(office.regulator, told)
    page = small_site.browser(office.regulator).get(f"/desk/submissions/{name}?lang={language}").text
    assert said in page
    assert "<code>false</code>" not in page
    assert "<code>http" not in page
