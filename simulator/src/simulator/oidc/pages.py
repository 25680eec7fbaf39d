"""The sign-in page."""

from html import escape

from simulator.web.html import alert, page


def sign_in(username: str = "", problem: str = "") -> str:
    """The form; it posts back to the address it was opened at, query and all."""
    described = ' aria-describedby="error"' if problem else ""
    return page(
        "Sign in to Sellerport",
        f"{alert(problem) if problem else ''}"
        '<form method="post"><label for="username">E-mail</label>'
        f'<input id="username" name="username" type="email" autocomplete="username" required autofocus'
        f' value="{escape(username)}"{described}>'
        '<label for="password">Password</label>'
        f'<input id="password" name="password" type="password" autocomplete="current-password" required{described}>'
        '<button class="main">Sign in</button></form>'
        '<p class="note">This is the simulated identity provider of a development stack.</p>',
    )


def refusal(text: str) -> str:
    """The page for requests that cannot be sent back to anyone."""
    return page("This sign-in cannot go on", alert(text))
