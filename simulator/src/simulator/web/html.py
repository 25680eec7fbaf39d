"""The frame of the simulator's pages: plain, readable at any width, usable by keyboard and screen reader."""

from html import escape

_STYLE = """
:root{color-scheme:light dark}*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;margin:0;background:#f4f5f7;color:#16191f}
main{max-width:30rem;margin:8vh auto;padding:2rem;background:#fff;border:1px solid #d5d9d9;border-radius:12px}
h1{font-size:1.4rem;margin:0 0 .75rem}label{display:block;font-weight:600;margin:1rem 0 .25rem}
input,select{width:100%;padding:.6rem;font:inherit;border:1px solid #888c8c;border-radius:8px}
fieldset{border:1px solid #d5d9d9;border-radius:8px;margin:1rem 0;padding:.5rem 1rem}fieldset label{font-weight:400;margin:.5rem 0}
button{font:inherit;font-weight:600;padding:.6rem 1.2rem;border-radius:8px;border:1px solid #888c8c;
background:#fff;color:#16191f;cursor:pointer;margin:1rem .5rem 0 0}
button.main{background:#0b5cad;border-color:#0b5cad;color:#fff}
:focus-visible{outline:3px solid #f3a847;outline-offset:2px}
.error{border-left:4px solid #b12704;padding:.5rem .75rem;background:#fff4f2;color:#7a1c04}.note{color:#565959;font-size:.9rem}
@media (prefers-color-scheme:dark){body{background:#0f1111;color:#eee}
main{background:#1a1d1f;border-color:#3a3f42}button{background:#1a1d1f;color:#eee}
.error{background:#3a1710;color:#ffd9cf}.note{color:#aab}input,select{background:#0f1111;color:#eee}}
@media (max-width:34rem){main{margin:0;border:0;border-radius:0;min-height:100vh}}
"""


def page(title: str, content: str) -> str:
    """A whole page; ``content`` is HTML, its values already escaped."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main><h1>{escape(title)}</h1>{content}</main></body></html>"
    )


def alert(text: str) -> str:
    """A message that screen readers announce."""
    return f'<p class="error" role="alert" id="error">{escape(text)}</p>'
