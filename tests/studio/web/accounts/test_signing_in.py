"""Signing in and out, as a browser does it."""

from tests.studio.web.house import Running, page_of, post


def test_somebody_who_is_signed_in_sees_the_first_page_and_others_are_sent_to_sign_in(studio: Running) -> None:
    assert "Hello, Vera Viewer" in page_of(studio.session("viewer"), "/")
    away = studio.visitor().get("/jobs/x?tab=y")
    assert away.status_code == 303 and away.headers["Location"] == "/sign-in?next=%2Fjobs%2Fx%3Ftab%3Dy"


def test_the_language_of_the_pages_is_the_person_s(studio: Running) -> None:
    client = studio.session("agent")
    assert post(client, "/language", "/", language="es", next="/").status_code == 303
    assert "Hola, Agnes Agent" in page_of(client, "/")
