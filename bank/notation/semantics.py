"""What a formula means where its marks alone do not say it, for those who hear it or read it in braille.

Put into MathML: invisible times between factors, function application after functions, `intent` at transposes, at
indices in parentheses and at stars, one character for an ellipsis. Only where it is certain: `a(b + c)` may be a
product or a function, and stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

TIMES, APPLIED, ELLIPSIS = "\u2062", "\u2061", "…"
ROWS = frozenset({"math", "mrow", "mtd", "msqrt", "mstyle"})
SCRIPTS = frozenset({"msub", "msup", "msubsup"})
BELOW = frozenset({"msub", "msubsup", "munder", "munderover"})  # their second child is an index
FUNCTIONS = frozenset({"f", "J", "𝒩"})  # letters that are never a factor before parentheses
OPERATORS = frozenset("∂∇Δ")  # stand before what they act on: a factor may come before them, none after
NO_FACTORS = frozenset("d⊤…∞.")  # no factor comes after: a differential (as in dx), marks
STARS = frozenset("∗⋆*")
OPENING, CLOSING = {"(": ")", "[": "]"}, {")": "(", "]": "["}
NARROW = 0.3  # em: a wider space parts two formulas


def spoken(mathml: str) -> str:
    r"""The same formula, with its meaning.

    >>> spoken("<math><mn>2</mn><mi>x</mi></math>").replace(TIMES, "&it;")
    '<math><mn>2</mn><mo>&it;</mo><mi>x</mi></math>'
    >>> spoken("<math><msup><mi>𝐀</mi><mi>⊤</mi></msup></math>")
    '<math><msup intent="transpose($x)"><mi arg="x">𝐀</mi><mi>⊤</mi></msup></math>'
    """
    root = ET.fromstring(mathml)  # noqa: S314 - our own converter wrote it
    _mark(root, index=False)
    return _written(root)


def _written(element: Element) -> str:
    """As XML, in two thirds of the time that the library takes."""
    attributes = "".join([f' {name}="{escape(value)}"' for name, value in element.items()])
    if not len(element) and not element.text:
        return f"<{element.tag}{attributes}/>"
    inner = escape(element.text or "", quote=False) + "".join([_written(child) for child in element])
    return f"<{element.tag}{attributes}>{inner}</{element.tag}>"


def _mark(element: Element, index: bool) -> None:
    """Every row and script in an element; letters side by side in an index are no product."""
    for place, child in enumerate(element):
        if child.tag == "mrow" and len(child) == 2 and child[0].tag == "mspace" and not child[0].attrib:
            child = element[place] = child[1]  # a name in upright letters
        if len(child):
            _mark(child, index or (place == 1 and element.tag in BELOW) or (place > 0 and _parenthesised(child)))
    if element.tag in ROWS:
        parts = _with_whole_bases(_with_one_ellipsis(_with_open_functions(element)))
        element[:] = _with_products(_with_applications(parts), index)
        if element.tag == "mtd" and _is(element[0], "−"):
            element[0].attrib.update(lspace="0", rspace="0")  # a sign, whatever the cell before holds
    elif element.tag in SCRIPTS:
        _mark_script(element)


def _with_open_functions(parts: Iterable[Element]) -> list[Element]:
    """Without the rows that hold a function and the bracket that its argument begins with, and not the argument."""
    found: list[Element] = []
    for part in parts:
        whole = part.tag == "mrow" and len(part) == 3 and _is(part[1], APPLIED) and part[2].text in OPENING
        found += part if whole else [part]
    return found


def _with_one_ellipsis(parts: Sequence[Element]) -> list[Element]:
    found: list[Element] = []
    for part in parts:
        found.append(part)
        if part.text == "." and [dot.text for dot in found[-3:]] == [".", ".", "."]:
            found[-3:] = [_operator(ELLIPSIS, lspace="0", rspace="0")]
    return found


def _with_whole_bases(parts: Sequence[Element]) -> list[Element]:
    """A script behind parentheses belongs to all that they hold, not to the closing one."""
    found: list[Element] = []
    for part in parts:
        found.append(part)
        closing = part[0] if part.tag in SCRIPTS else part
        opened = _opening(found[:-1], closing.text) if closing.tag == "mo" and part is not closing else None
        if opened is None:
            continue
        base = Element("mrow")
        base.extend(_with_products(_with_applications([*found[opened:-1], closing]), index=False))
        part[0] = base
        found[opened:] = [part]
        _mark_script(part)
    return found


def _opening(parts: Sequence[Element], closing: str | None) -> int | None:
    """Where the bracket was opened that is closed behind these parts."""
    opening, depth = CLOSING.get(closing or ""), 0
    if opening is None:
        return None
    for place in range(len(parts) - 1, -1, -1):
        if _is(parts[place], closing):
            depth += 1
        elif _is(parts[place], opening):
            if depth == 0:
                return place
            depth -= 1
    return None


def _with_applications(parts: Sequence[Element]) -> list[Element]:
    found: list[Element] = []
    for part in parts:
        if found and _opens(part) and _is_function(found[-1]):
            found.append(_operator(APPLIED))
        found.append(part)
    return found


def _with_products(parts: Sequence[Element], index: bool) -> list[Element]:
    found: list[Element] = []
    left: Element | None = None  # the last part, spaces that part nothing aside
    for part in parts:
        if left is not None and _multiplied(left, part, index):
            place = len(found) - 1 if found[-1].tag == "mspace" else len(found)
            found.insert(place, _operator(TIMES))
        found.append(part)
        if not _is_narrow(part):
            left = part
    return found


def _multiplied(left: Element, right: Element, index: bool) -> bool:
    """Whether two things side by side are factors of a product."""
    if index:
        return left.tag == "mn" and right.tag == "mi" and _begins(right)
    if _is_letter(_base(left)) and _opens(right) and not _holds_matrix(right):
        return False  # a product or a function
    mixed = left.tag == "mn" and right.tag == "mfrac" and all(part.tag == "mn" for part in right)
    return not mixed and _ends(left) and _begins(right)


def _ends(part: Element) -> bool:
    """Whether a factor may end with it."""
    if part.tag == "mi":
        return _is_letter(part) and part.text not in OPERATORS | NO_FACTORS
    if part.tag == "mfrac":
        return "".join(part[0].itertext()) not in OPERATORS | {"d"}
    if part.tag in SCRIPTS or part.tag == "mover":
        return _ends(part[0])
    if part.tag == "mrow":
        return _is_fenced(part) or (len(part) == 3 and _is(part[1], APPLIED) and _is_fenced(part[2]))
    return part.tag in ("mn", "msqrt", "mroot") or (part.tag == "mo" and part.text in CLOSING)


def _begins(part: Element) -> bool:
    """Whether a factor after another may begin with it; no number does, for two of them would be one."""
    if part.tag == "mi":
        return _is_letter(part) and part.text not in NO_FACTORS - {"d"}
    if part.tag in SCRIPTS or part.tag == "mover":
        return _begins(part[0])
    if part.tag == "mrow":
        return _is_fenced(part) or (len(part) > 1 and _is(part[1], APPLIED))
    return part.tag in ("mfrac", "msqrt", "mroot") or (part.tag == "mo" and part.text in OPENING)


def _mark_script(script: Element) -> None:
    """Say of a superscript that it is no power."""
    base, above = script[0], script[-1]
    letter = base.tag == "mi"
    if script.tag == "msub" or (base.tag == "mo" and base.text in CLOSING):
        return
    whole = "$x"
    if script.tag == "msubsup":
        whole = "indexed-by($x,$j)"
    if above.tag == "mi" and above.text == "⊤":
        intent = f"transpose({whole})"
    elif above.tag == "mo" and above.text in STARS:
        intent = f"_star:postfix({whole})"
    elif letter and _parenthesised(above):
        intent = f"_index:infix({whole},$i)"
        _inner(above).set("arg", "i")
    else:
        return
    script.set("intent", intent)
    base.set("arg", "x")
    if script.tag == "msubsup":
        script[1].set("arg", "j")


def _inner(parenthesised: Element) -> Element:
    """What stands in the parentheses, as one element."""
    if len(parenthesised) == 3:
        return parenthesised[1]
    inner = Element("mrow")
    inner.extend(parenthesised[1:-1])
    parenthesised[1:-1] = [inner]
    return inner


def _parenthesised(part: Element) -> bool:
    return part.tag == "mrow" and len(part) > 2 and _is(part[0], "(") and _is(part[-1], ")")


def _is_fenced(part: Element) -> bool:
    return part.tag == "mrow" and len(part) > 1 and part[0].tag == "mo" and part[0].text in {*OPENING, "|", "‖"}


def _opens(part: Element) -> bool:
    """Whether it is an opening bracket, or begins with one."""
    first = part[0] if part.tag == "mrow" and len(part) else part
    return first.tag == "mo" and first.text in OPENING


def _is_function(part: Element) -> bool:
    """A letter of `FUNCTIONS` or an upright name, with an index or a prime, but no power."""
    name = _base(part)
    power = part.tag in ("msup", "msubsup") and part[-1].text != "′" and not _parenthesised(part[-1])
    return name.tag == "mi" and not power and (name.text in FUNCTIONS or len(name.text or "") > 1)


def _is_letter(part: Element) -> bool:
    return part.tag == "mi" and len(part.text or "") == 1


def _is(part: Element, sign: str | None) -> bool:
    return part.tag == "mo" and part.text == sign


def _holds_matrix(part: Element) -> bool:
    return part.tag == "mrow" and any(inner.tag == "mtable" for inner in part)


def _is_narrow(part: Element) -> bool:
    return part.tag == "mspace" and float(part.get("width", "0").removesuffix("em")) < NARROW


def _base(part: Element) -> Element:
    return part[0] if part.tag in SCRIPTS else part


def _operator(text: str, **spacing: str) -> Element:
    made = Element("mo", spacing)
    made.text = text
    return made
