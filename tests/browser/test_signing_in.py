"""Who may see the page, and what the browser keeps of it."""

from browsing.page import Page
from browsing.simulated import Simulated


def test_a_wrong_password_is_said_and_the_right_one_then_signs_in(page: Page, simulated: Simulated) -> None:
    person = simulated.person()
    page.open()
    page.click("Sign in")
    page.fill_in_sign_in(person.username, "wrong")
    page.says("not right")
    page.fill_in_sign_in(person.username, person.password)
    page.says("Connect your seller account once")
    assert page.location() == "/"


def test_no_token_is_left_in_the_address_or_in_stores_that_outlive_the_tab(page: Page, simulated: Simulated) -> None:
    page.sign_in(simulated.person())
    assert page.location() == "/"
    assert page.run("return localStorage.length") == 0
    assert page.run("return document.cookie") == ""
    assert page.run("return indexedDB.databases().then(found => found.length)") == 0


def test_signing_out_forgets_the_token_and_another_tab_never_had_it(page: Page, simulated: Simulated) -> None:
    page.sign_in(simulated.person())
    page.browser.switch_to.new_window("tab")
    page.open()
    page.says("Connect your Amazon seller account once")
    page.browser.close()
    page.browser.switch_to.window(page.browser.window_handles[0])
    page.click("Sign out")
    page.says("Connect your Amazon seller account once")
    assert page.run("return sessionStorage.length") == 0


def test_a_sign_in_answer_that_nobody_waits_for_signs_nobody_in(page: Page) -> None:
    page.open("/?code=somebody-elses&state=unknown")
    page.says("Please sign in again")
    assert page.location() == "/"


def test_an_ended_session_leads_back_to_the_sign_in_page(page: Page, simulated: Simulated) -> None:
    page.sign_in(simulated.person())
    page.run(
        "const kept = JSON.parse(sessionStorage.getItem('sellerport.session'));"
        "sessionStorage.setItem('sellerport.session', JSON.stringify({...kept, accessToken: 'spoiled'}))"
    )
    page.open()
    page.says("Connect your Amazon seller account once")
