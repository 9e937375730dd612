"""Signing in: who comes in, who is kept out, and what he is told."""


from tests.cast import PASSWORD

URL = "/sign-in/"


def test_page_is_open_and_strict(web, db):
    response = web().get(URL)
    assert response.status_code == 200
    assert "登录" in response.content.decode()


def test_right_password_comes_in_with_a_new_session(web, cast):
    client = web()
    client.get(URL)
    session = client.session
    session["x"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key
    response = client.post(URL, {"username": "chen", "password": PASSWORD})
    assert response.status_code == 302
    assert client.cookies["sessionid"].value != session.session_key
    assert client.session["_auth_user_id"] == str(cast.chen.pk)
