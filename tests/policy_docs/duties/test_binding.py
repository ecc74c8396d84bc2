"""Keywords of an index say of whom a duty binds exactly what the rule says."""

from hypothesis import given
from hypothesis import strategies as st

from policy_docs.duties.binding import Laid, Seat, binds, kept_under, sought_by
from policy_docs.units.types import Level, Reach

COUNTRY, PROVINCE, PREFECTURE, OTHER, COUNTY = "100000", "530000", "532300", "532900", "532301"
SEATS = [
    Seat(COUNTRY, Level.COUNTRY, ()),
    Seat(PROVINCE, Level.PROVINCE, (COUNTRY,), Level.COUNTRY),
    Seat(PREFECTURE, Level.PREFECTURE, (COUNTRY, PROVINCE), Level.PROVINCE),
    Seat(OTHER, Level.PREFECTURE, (COUNTRY, PROVINCE), Level.PROVINCE),
    Seat(COUNTY, Level.COUNTY, (COUNTRY, PROVINCE, PREFECTURE), Level.PREFECTURE),
]
CODES = [seat.code for seat in SEATS]
laid = st.builds(
    Laid,
    document_code=st.sampled_from([*CODES, ""]),
    reach=st.sampled_from([reach.value for reach in Reach]),
    levels=st.sampled_from(["", ",county,", ",county,prefecture,", ",township,"]),
    place=st.sampled_from([*CODES, ""]),
)


@given(laid, st.sampled_from(SEATS))
def test_a_duty_is_found_by_the_keywords_of_a_unit_where_it_binds_the_unit(one: Laid, seat: Seat) -> None:
    assert bool(set(kept_under(one)) & set(sought_by(seat))) == binds(one, seat)


def test_no_keyword_is_asked_for_twice() -> None:
    for seat in SEATS:
        assert len(set(sought_by(seat))) == len(sought_by(seat))
