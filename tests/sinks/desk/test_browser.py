"""The page in a real browser: keyboard, phone, both themes, live updates, contrast."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, TimeoutError, expect, sync_playwright

from models.explain import Weighed, Why
from tests.sinks.desk.mapped import mapped
from tests.sinks.desk.served import served
from tests.sinks.desk.test_why import row
from tests.sinks.desk.world import NOW, World, busy, mention, ms, row_of, spike

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PHONE = {"width": 360, "height": 740}
LATER = ms(NOW) + 60_000

# Relative luminance and contrast as WCAG 2 defines them, of text over what is behind it.
CONTRAST = """() => {
  const rgba = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = (c) => c.slice(0, 3).map((v) => v / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const low = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !node.checkVisibility() || node.closest(".unseen, .skip, option")) continue;
    const [a, b] = [light(rgba(getComputedStyle(node).color)), light(behind(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) low.push(`${node.className || node.tagName}: ${ratio.toFixed(2)}`);
  }
  return [...new Set(low)];
}"""

NAMELESS = """() => [...document.querySelectorAll(
    "a, button, select, input:not([type=hidden]), [role=img]")]
  .filter((node) => node.checkVisibility() && !(
    node.getAttribute("aria-label") || node.labels?.length || node.textContent.trim()))
  .map((node) => node.outerHTML)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no browser here: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def world() -> World:
    return busy()


@pytest.fixture
def address(world: World) -> Iterator[str]:
    with served(world) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The page, opened; it may write nothing to the console (a policy that is broken would)."""
    context = browser.new_context(locale="ru-RU", color_scheme="light")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    expect(page.locator("#link")).to_have_class("link on")
    yield page
    context.close()
    assert complaints == []


def narrow(page: Page) -> None:
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})


def scrolls_sideways(page: Page) -> bool:
    """Once the charts have taken their new width, which they do a moment later."""
    fits = "document.documentElement.scrollWidth <= innerWidth"
    try:
        page.wait_for_function(fits, timeout=3000)
    except TimeoutError:
        return True
    return False


def test_live_updates_arrive_without_reloading(page: Page, world: World) -> None:
    page.evaluate("window.same = true")
    world.rows["mentions"].insert(0, mention("new", "Воду дали в двух домах", stored_ms=LATER))
    expect(page.locator("#mentions > li").first).to_contain_text("Воду дали в двух домах")
    world.rows["spikes"] = [row_of(spike(observed=140.0, revision=4))]
    expect(page.locator("#spikes h3").first).to_contain_text("140")
    expect(page.locator("#spikes article")).to_have_count(1)
    world.down = True
    expect(page.get_by_role("alert")).to_contain_text("Хранилище не отвечает.")
    world.down = False
    expect(page.get_by_role("alert")).to_have_count(0)
    assert page.evaluate("window.same")


def test_an_update_keeps_what_the_reader_opened_and_the_picture(page: Page, world: World) -> None:
    first = page.locator("#spikes article").first
    first.get_by_text("Ещё 1 публикация").click()
    expect(first.locator(".plot canvas")).to_have_count(1)
    world.rows["spikes"][0] = row_of(spike(observed=141.0, revision=5))
    expect(first.locator("h3")).to_contain_text("141")
    expect(first.locator("#more-a1b2c3")).to_have_attribute("open", "")
    expect(first.locator(".plot canvas")).to_have_count(1)


def test_the_page_ends_where_its_foot_ends(page: Page, world: World) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    world.rows["mentions"][:0] = [
        mention(f"m{n}", f"Воды нет, подъезд {n}", stored_ms=LATER) for n in range(40)
    ]
    expect(page.locator("#mentions > li")).to_have_count(46)
    below = "document.documentElement.scrollHeight - scrollY"
    foot = "document.querySelector('footer').getBoundingClientRect().bottom"
    assert page.evaluate(f"{below} - {foot}") <= 1


def test_a_paused_stream_waits(page: Page, world: World) -> None:
    pause = page.locator("#pause")
    pause.click()
    world.rows["mentions"].insert(0, mention("new", "Ждали молча", stored_ms=LATER))
    expect(pause).to_have_text("Продолжить (+1)")
    expect(page.locator("#mentions")).not_to_contain_text("Ждали молча")
    pause.click()
    expect(page.locator("#mentions > li").first).to_contain_text("Ждали молча")
    expect(pause).to_have_text("Пауза")


def test_everything_is_reached_by_keyboard_and_seen(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    assert page.locator(".skip").bounding_box()["y"] >= 0  # type: ignore[index]
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.name"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none" or page.evaluate("document.activeElement === document.body")
    assert {"pause", "topic", "region", "sentiment", "language", "theme"} <= reached


def test_filters_work_by_keyboard_and_stay_in_the_address(page: Page) -> None:
    page.locator("select[name=topic]").select_option("roads")
    page.wait_for_url("**/?topic=roads**")
    expect(page.locator("#mentions > li")).to_have_count(1)
    page.get_by_text("Сбросить фильтры").click()
    expect(page.locator("#mentions > li")).to_have_count(6)


@pytest.mark.parametrize("language", ["Русский", "Қазақша"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_both_languages_and_themes_fit_a_phone_and_can_be_read(
    page: Page, language: str, theme: str
) -> None:
    page.get_by_role("button", name=language, exact=True).click()
    page.locator(f"button[value={theme}]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", theme)
    chosen = page.get_by_role("button", name=language, exact=True)
    expect(chosen).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate(NAMELESS) == []
    narrow(page)
    expect(page.locator(".plot canvas").first).to_be_visible()
    assert not scrolls_sideways(page)


def test_the_system_chooses_the_theme_until_the_reader_does(page: Page) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(ground)
    assert light != dark
    page.locator("button[value=light]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    assert page.evaluate(ground) == light


@pytest.mark.parametrize("width", [320, 360, 768, 1024, 1440])
def test_no_width_scrolls_sideways(page: Page, world: World, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    world.rows["mentions"].insert(
        0, mention("long", "слово" * 80, author_name="Имя" * 20, stored_ms=LATER)
    )
    expect(page.locator("#mentions")).to_contain_text("слово" * 20)
    assert not scrolls_sideways(page)


@pytest.mark.parametrize("width", [1024, 1280])
def test_columns_of_a_tile_are_clear_of_its_words(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    expect(page.locator(".tile-columns")).to_be_visible()
    covered = """() => {
        const drawn = document.querySelector(".tile-columns");
        const on = drawn.getBoundingClientRect();
        return [...drawn.parentElement.querySelectorAll("p")].filter((words) => {
            const range = document.createRange();
            range.selectNodeContents(words);
            return [...range.getClientRects()].some((line) => line.right > on.left
                && line.left < on.right && line.bottom > on.top + 1 && line.top < on.bottom - 1);
        }).map((words) => words.textContent);
    }"""
    assert page.evaluate(covered) == []


def test_a_strangers_script_stays_text(page: Page, world: World) -> None:
    text = "<img src=x onerror=window.hurt=1><script>window.hurt=1</script>"
    world.rows["mentions"].insert(0, mention("evil", text, stored_ms=LATER))
    expect(page.locator("#mentions > li").first).to_contain_text(text)
    assert page.evaluate("window.hurt") is None


def test_the_page_is_whole_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="kk-KZ")
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#spikes article")).to_have_count(2)
    expect(page.locator("html")).to_have_attribute("lang", "kk")
    page.locator("select[name=topic]").select_option("roads")
    page.locator("#apply").click()
    expect(page.locator("#mentions > li")).to_have_count(1)
    context.close()


def test_a_spike_is_taken_in_hand_and_muted_by_keyboard(page: Page, world: World) -> None:
    second = page.locator("#spike-d4e5f6")
    page.get_by_label("Ваше имя").fill("Айгүл")
    second.get_by_role("button", name="Взять в работу").press("Enter")
    expect(page).to_have_url(re.compile("#spike-d4e5f6$"))
    expect(second).to_contain_text("В работе: Айгүл, 14:05")
    expect(page.get_by_label("Ваше имя")).to_have_value("Айгүл")
    second.get_by_text("Заглушить …").press("Enter")
    second.get_by_role("button", name=re.compile("Тема: .*: на 4 часа")).press("Enter")
    expect(page.locator("#alerts")).to_contain_text("до 18:05 (Айгүл)")
    assert [(one.verb, one.subject) for one in world.done] == [
        ("acknowledge", "spike:d4e5f6"), ("mute", "topic:transport"),
    ]  # fmt: skip


def test_enter_in_the_name_presses_no_button_of_a_spike(page: Page, world: World) -> None:
    page.get_by_label("Ваше имя").fill("Ержан")
    page.get_by_label("Ваше имя").press("Enter")
    expect(page).to_have_url(re.compile("#loud$"))
    assert world.done == []


def test_an_open_menu_stays_open_when_the_page_changes(page: Page, world: World) -> None:
    first = page.locator("#spikes article").first
    first.get_by_text("Заглушить …").click()
    world.rows["spikes"][0] = row_of(spike(observed=131.0))
    expect(first).to_contain_text("131")
    expect(first.locator(".choices")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_map_can_be_read_and_walked_by_keyboard(browser: Browser, theme: str) -> None:
    with served(World(**mapped())) as address:
        context = browser.new_context(locale="ru-RU", color_scheme=theme)  # type: ignore[arg-type]
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text))
        page.goto(f"{address}/where")
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate(NAMELESS) == []
        narrow(page)
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(wide)
        region = page.locator('.atlas a[href="/?region=31#stream"]')
        region.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/\?region=31#stream"))
        page.go_back()
        page.get_by_role("button", name="Год").click()
        page.wait_for_url(re.compile("range=year"))
        expect(page.get_by_role("button", name="Год")).to_have_attribute("aria-pressed", "true")
        context.close()
        assert complaints == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_why_a_label_was_given_fits_a_phone_and_can_be_read(browser: Browser, theme: str) -> None:
    word = Weighed(word="электрожабдықтандырылмағандықтан", weight=2.0, context=True)
    why = Why(
        label="topic", likeliest="electricity", probability=0.9, rule="shown", threshold=0.6,
        words=(word, Weighed(word="жоқ", weight=-0.5)),
    )  # fmt: skip
    with served(World(text=[row(text="жарық жоқ")]), explain=lambda _: [why]) as address:
        context = browser.new_context(locale="kk-KZ", color_scheme=theme)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{address}/why?item=vk:1")
        expect(page.locator(".weights li")).to_have_count(2)
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate(NAMELESS) == []
        narrow(page)
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) == 0
        context.close()


TRICKY = {
    "right to left": "في المدينة لا يوجد ماء, третий день",
    "markup": '<script>alert(1)</script><b>воды</b> нет "><img src=x onerror=alert(1)>',
    "emoji": "💧🚱😡 воды нет 👨‍👩‍👧‍👦 третий день!!!",
    "a word without end": "воды нет " + "ж" * 10_000,
}


def test_why_stays_whole_on_a_phone_whatever_the_text(browser: Browser) -> None:
    context = browser.new_context(locale="kk-KZ", color_scheme="dark")
    page = context.new_page()
    page.on("dialog", lambda _: pytest.fail("a text became a script"))
    for name, text in TRICKY.items():
        told = tuple(Weighed(word=word, weight=1.0) for word in text.split())
        why = Why(label="topic", likeliest="water", probability=0.9, rule="shown", threshold=0.6,
                  words=told)  # fmt: skip
        tricky = World(text=[row(text=text, context=text)])
        with served(tricky, explain=lambda _, why=why: [why]) as address:  # type: ignore[misc]
            page.goto(f"{address}/why?item=vk:1")
            expect(page.locator(".weights li")).to_have_count(len(told))
            narrow(page)
            wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert page.evaluate(wide) == 0, name
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_a_text_is_about_is_corrected_by_keyboard(browser: Browser, theme: str) -> None:
    why = Why(label="topic", likeliest="water", probability=0.9, rule="shown", threshold=0.6,
              words=())  # fmt: skip
    world = World(text=[row(text="жарық жоқ")])
    with served(world, explain=lambda _: [why]) as address:
        context = browser.new_context(locale="kk-KZ", color_scheme=theme)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{address}/why?item=vk:1")
        page.get_by_label("Атыңыз").fill("Айгүл")
        page.locator("summary").focus()
        page.keyboard.press("Enter")
        power = page.get_by_role("button", name="Электр қуаты")
        expect(power).to_have_accessible_description(
            "«Опять отключили свет», «Жарық жоқ, трансформатор күйіп кетті»"
        )
        assert page.evaluate(CONTRAST) == []
        for _ in range(2):
            page.keyboard.press("Tab")
        expect(power).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/#"))
        context.close()
    assert [(one.verb, one.value) for one in world.done] == [("relabel", "topic=electricity")]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_of_topics_fits_a_phone_and_can_be_read(browser: Browser, theme: str) -> None:
    with served(World()) as address:
        context = browser.new_context(locale="kk-KZ", color_scheme=theme)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{address}/topics")
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate(NAMELESS) == []
        narrow(page)
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) == 0
        hidden = (
            "[...document.querySelectorAll('.scrolled')].map(e => e.scrollWidth - e.clientWidth)"
        )
        assert max(page.evaluate(hidden)) == 0  # who answers is not behind the edge
        page.get_by_role("link", name="Денсаулық сақтау").click()
        page.wait_for_url(re.compile(r"/\?topic=health#stream"))
        context.close()
