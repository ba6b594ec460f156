"""Every page in every state, at desk and phone width: as its picture has it, without a fault for axe, readable at 320 pixels.

``pytest tests/web/test_pictures.py --update-pictures`` takes the pictures anew; look at each before you keep it.
"""

import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from web_pictures import BLOCK, SCALE, Pictures, compare
from web_server import serving
from web_states import CLOSED, EMPTY, FILLED, fill

PLACE = Path(__file__).parent / "pictures"
STATES = (*EMPTY, *FILLED, *CLOSED)
DARK = ("world-1280", "check-1280", "country-390")
LONG = ("actors feedback-390", "actors sides-1280")  # looked through by axe alone
FONTS = """
const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  body, svg text { font-family: "DejaVu Sans"; }
  h1, h2, h3.name, .headline { font-family: "DejaVu Serif"; }
  button, input, select, textarea, .badge { font-family: inherit; }
  code, pre, textarea.code { font-family: "DejaVu Sans Mono"; }
`);
document.adoptedStyleSheets = [sheet];
"""
"""The fonts that tests/install_browser.sh brings, whatever else a machine has."""
DRAWN = (
    "() => document.body.dataset.drawn || ![...document.scripts].some(({ src }) => /(vega|cells_page|drawn)/.test(src))"
)
OPENED = """
async () => {
  for (const each of document.querySelectorAll("details")) { each.removeAttribute("name"); each.open = true; }
  await new Promise((done) => { requestAnimationFrame(() => setTimeout(done, 20)); }); // tables are filled when they are opened
  for (const each of document.querySelectorAll("tbody > tr:nth-child(n+9), li:nth-child(n+9), option:nth-child(n+9)")) each.remove();
}
"""
"""Open all that is folded, and leave of each long table and list its first rows: the others are made like them."""
RULES = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
"""All that axe looks for unasked, WCAG 2.2 AA and good practice, and the size of targets."""


@pytest.fixture(scope="module")
def addresses(tmp_path_factory):
    """The address of each state, on three servers."""
    folder = tmp_path_factory.mktemp("filled")
    filled = fill(folder)
    assert list(filled) == list(FILLED)
    with (
        serving(tmp_path_factory.mktemp("empty")) as empty,
        serving(folder) as full,
        serving(tmp_path_factory.mktemp("closed"), token="x" * 40) as closed,
    ):
        paths = ((empty, EMPTY), (full, filled), (closed, CLOSED))
        yield {name: server + path for server, pages in paths for name, path in pages.items()}


@pytest.fixture(scope="module")
def pictures(browser):
    page = browser.new_page()
    yield Pictures(page)
    page.close()


@pytest.fixture
def look(visit, addresses):
    """Open a state with the fonts of the pictures, and wait until all is drawn."""

    def open_(state, width, **more):
        page = visit(
            addresses[state], width=width, before=FONTS, allow=["404"] if state == "missing" else [], **more
        )  # fmt: skip
        page.wait_for_function(DRAWN)
        return page

    return open_


def take(page):
    return page.screenshot(full_page=True, animations="disabled")


def kept(pictures, name):
    return pictures.blocks((PLACE / f"{name}.webp").read_bytes(), BLOCK // SCALE)


def faults_of_picture(pictures, name, picture, folder, update):
    """Return what is wrong with a picture, after writing it and its difference to a folder; or keep it."""
    name = name.replace(" ", "-")
    if update:
        PLACE.mkdir(exist_ok=True)
        (PLACE / f"{name}.webp").write_bytes(pictures.small(picture))
        return []
    found = compare(kept(pictures, name), pictures.blocks(picture))
    if not found.fault:
        return []
    (folder / f"{name}.png").write_bytes(picture)
    (folder / f"{name}-difference.png").write_bytes(pictures.marked(picture, found.places))
    return [f"{name}: {found.fault}; see it and its difference in {folder}, or take it anew with --update-pictures"]


PRINTED = """
() => [
  document.documentElement.scrollWidth > innerWidth ? `too wide: ${document.documentElement.scrollWidth}` : "",
  getComputedStyle(document.body).backgroundColor === "rgb(255, 255, 255)" ? "" : "not on white",
  ...[...document.querySelectorAll("button, select, input, textarea")].filter((each) => each.checkVisibility()).map((each) => each.outerHTML.slice(0, 80)),
].filter(Boolean)
"""


def faults_of_print(page, words):
    """Look at a page as A4 has it, whatever colours the screen has: no wider, on white, nothing to press."""
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 703, "height": 1000})
    found = page.evaluate(PRINTED)
    page.emulate_media(media="screen", color_scheme="light")
    return [f"{words}, printed: {found}"] * bool(found)


def faults_of_axe(page, words):
    violations = Axe().run(page, options=RULES).response["violations"]
    return [f"{words}: {each['id']} {[node['html'][:150] for node in each['nodes'][:4]]}" for each in violations]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("state", STATES)
def test_every_page_in_every_state(look, pictures, tmp_path, request, state, width):
    page, name, faults = look(state, width), f"{state}-{width}", []
    update = request.config.getoption("--update-pictures")
    if name not in LONG:
        faults += faults_of_picture(pictures, name, take(page), tmp_path, update)
    if name in DARK:
        page.emulate_media(color_scheme="dark")
        faults += faults_of_picture(pictures, f"{name}-dark", take(page), tmp_path, update)
        page.emulate_media(color_scheme="light")
    if width == 1280:
        faults += faults_of_print(page, name)
    else:
        page.emulate_media(color_scheme="dark")  # colours are the same at each width
    page.evaluate(OPENED)
    for narrow in (1280,) if width == 1280 else (390, 320):
        page.set_viewport_size({"width": narrow, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        faults += [f"{state} is {wide} wide at {narrow}"] * (wide > narrow)
    faults += faults_of_axe(page, name)
    assert not faults, "\n".join(faults)


SWAPPED = """
const colours = ["d1", "d2", "d3", "d4", "d5", "d6"], style = getComputedStyle(document.documentElement);
const values = colours.map((name) => style.getPropertyValue(`--${name}`));
colours.forEach((name, k) => document.documentElement.style.setProperty(`--${name}`, values[5 - k]));
"""
CHANGES = {
    "a map gone": ("world", "document.querySelector('#map svg').style.visibility = 'hidden'"),
    "a chart gone": ("actors", "document.querySelector('main svg[role], main .chart svg').style.visibility = 'hidden'"),
    "other colours": ("world", SWAPPED),
    "a table moved by 24 pixels": ("data", "document.querySelector('main table').style.transform = 'translateX(24px)'"),
    "a heading moved by 12 pixels": ("jobs", "document.querySelector('main h1').style.transform = 'translateY(12px)'"),
    "a button moved": ("new job", "document.querySelector('main button').style.marginLeft = '40px'"),
    "text over text": ("accounts empty", "document.querySelector('main .lead').style.marginBottom = '-3rem'"),
    "a line gone": ("job failed", "document.querySelector('main .note').remove()"),
    "no style": ("missing", "document.querySelectorAll('link[rel=stylesheet]').forEach((each) => each.remove())"),
    "a longer page": ("sign in", "document.querySelector('main').style.paddingBottom = '60rem'"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_seen(look, pictures, what):
    state, script = CHANGES[what]
    page = look(state, 1280)
    before = pictures.blocks(pictures.small(take(page)), BLOCK // SCALE)
    assert compare(before, pictures.blocks(take(page))).fault == ""
    page.evaluate(f"() => {{ {script} }}")
    assert compare(before, pictures.blocks(take(page))).fault != ""


@pytest.mark.parametrize("state", ["world", "actors", "account", "data"])
def test_another_way_to_draw_letters_is_not(browser, pictures, addresses, state):
    switches = ["--no-sandbox", "--disable-gpu", "--disable-font-subpixel-positioning"]
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    found = []
    for each in (browser, browser.browser_type.launch(executable_path=path, args=switches)):
        page = each.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        page.add_init_script(FONTS)
        page.goto(addresses[state])
        page.wait_for_function(DRAWN)
        found.append(pictures.blocks(take(page)))
        page.close()
    each.close()
    difference = compare(*found)
    assert difference.places.size
    assert difference.fault == "", difference
