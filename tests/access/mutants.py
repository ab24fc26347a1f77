"""Mutants of the code under proof: each is the source with one part of one condition, rule or relation less or turned.

Made from the syntax tree, so that a condition written tomorrow is mutated tomorrow, in its test and in its query.
"""

from __future__ import annotations

import ast
import copy
import dataclasses
import functools
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

from tests.access.proof import REAL, Code

UNDER_PROOF: dict[str, tuple[str, ...]] = {
    "db": ("Period", "Accepted"),
    "gate": (
        "now_or_last_in_cohort", "home_goes_on", "_is_switched_on", "_always_or", "on_in_its_portfolio",
        "share_is_awake", "on_where_it_was_handed_over", "Gate",
    ),
    "scope": ("_wrote_in", "_statement", "load_relations"),
    "access": (
        "is_open", "_ON", "THERE", "OPEN", "_outside_wall", "_OUTSIDE_WALL", "_author",
        "takes_part", "_author_goes_on", "_TAKES_PART",
        "_circle_member", "_joint_member", "_shared_with_me", "_shared_with_coach", "_shared_with_circle",
        "owner_in_circle", "_of_coached_teacher", "_SHARED", "AUTHOR", "AUTHOR_GOES_ON", "CIRCLE_MEMBER",
        "JOINT_MEMBER", "SHARED_WITH_ME", "SHARED_WITH_COACH",
        "SHARED_WITH_CIRCLE", "SHARED_RULES", "TABLE", "can", "ids_by", "VISIBLE", "SHARED_TO_VIEWER",
    ),
    "readers": ("_is_walled", "_statement", "find_readers", "list_readers"),
    "reading": ("find_entry", "_shares", "_OWN", "_SHARED_WITH_ME"),
    "snapshot_rules": ("_author", "_handed_over", "AUTHOR", "HANDED_OVER", "RULES", "READABLE", "may_read"),
    "snapshot_reading": ("_find_file", "_LIST", "_FILE"),
}  # fmt: skip
"""Per module, in the order they import each other, the definitions that decide."""
IMPORTED_BY = {
    "gate": ("gate", "scope", "access", "readers", "reading", "snapshot_rules", "snapshot_reading"),
    "scope": ("scope",),  # the others import no more of it than the name of a type
    "access": ("access", "readers", "reading", "snapshot_rules", "snapshot_reading"),
    "readers": ("readers", "reading"),
    "reading": ("reading",),
    "snapshot_rules": ("snapshot_rules", "snapshot_reading"),
    "snapshot_reading": ("snapshot_reading",),
}
"""What can be another when a module is, in order."""
PERIODS = {"Period": ("running", "not_over"), "Accepted": ("counts",)}
"""What the tables have of these classes of `db`, the second built on the first."""
ONLY_SHOWN = {"school", "by_address", "opened", "columns['html']", "columns['renderer']"}
"""Names inside these definitions that decide what a page shows, not who sees it."""
EQUIVALENT = {
    "reading._shares: without reader.via == 'circle'": "what names no circle is in nobody's circles",
    "readers.list_readers: without line.shared": "what no share is of reaches nobody by a share",
    "gate.now_or_last_in_cohort: turned CohortMember.since <= day": "what began today and didn't end today, runs",
    "access.ids_by: turned len(rules) > 1": "a union of one is that one",
    "reading.find_entry: without not scope.may_show(row.author_id)": "of a preview alone: test_shown_to.py",
    "reading.find_entry: turned scope.shown_to is not None": "of a preview alone: test_shown_to.py",
    "reading.find_entry: without if is_known(scope, reader)": "of a preview alone: test_shown_to.py",
}
"""Mutants that change nothing for somebody who asks for themself, and why."""

FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.LtE: ast.Lt, ast.Lt: ast.LtE, ast.GtE: ast.Gt, ast.Gt: ast.GtE,
}  # fmt: skip
RENAMED = {"any_of": "none_of", "none_of": "any_of", "is_": "is_not", "is_not": "is_"}
CONDITIONS = {"where", "or_", "and_"}


@dataclass(frozen=True)
class Mutant:
    """One edit of one module."""

    module: str
    place: str
    number: int
    what: str

    @property
    def key(self) -> str:
        """As `EQUIVALENT` names it."""
        return f"{self.module}.{self.place}: {self.what}"

    def __str__(self) -> str:
        return f"{self.module}.{self.place} #{self.number}: {self.what}"


def mutants(*, every: bool = False) -> Iterator[Mutant]:
    """The mutants of the code under proof that change something; or every one."""
    for module, places in UNDER_PROOF.items():
        tree = _tree(module)
        for place in places:
            for number, (what, _) in enumerate(_edits(_definition(tree, place))):
                mutant = Mutant(module, place, number, what)
                if every or mutant.key not in EQUIVALENT:
                    yield mutant


def breed(mutant: Mutant) -> Code:
    """The modules under proof with this mutant among them; the real ones stay as they are."""
    spoilt = copy.deepcopy(_definition(_tree(mutant.module), mutant.place))
    dict(enumerate(_edits(spoilt)))[mutant.number][1]()
    if mutant.module != "db":
        return _run(mutant.module, {mutant.place}, spoilt)
    module = _copy_of("db")
    _execute([spoilt], module)
    spoilt_ones = {name: vars(getattr(module, mutant.place))[name] for name in PERIODS[mutant.place]}
    with patch.multiple(getattr(REAL.db, mutant.place), **spoilt_ones):  # the tables derive from the real one
        return dataclasses.replace(_run("gate", _of_periods(mutant.place)), db=module)


def breed_unspoilt(module: str, place: str) -> Code:
    """The modules under proof, made afresh from this place on with nothing less or turned: it must not be noticed."""
    return _run("gate", _of_periods(place)) if module == "db" else _run(module, {place})


def _of_periods(place: str) -> tuple[str, ...]:
    """The names by which a class of `db` and those built on it are used."""
    return (*PERIODS[place], *PERIODS["Accepted"])


def _run(first: str, changed: Iterable[str], spoilt: ast.stmt | None = None) -> Code:
    """The real modules, but what uses these names made afresh: in `first`, with what is spoilt, and in those after it.

    The rest stays as it is, so that a statement which the mutant doesn't touch is built and worded only once.
    """
    bred: dict[str, ModuleType] = {}
    names = set(changed)
    with patch.dict(sys.modules):
        for name in IMPORTED_BY[first]:
            module = bred[name] = _copy_of(name)
            afresh = _using(names, _tree(name))
            names |= {defined for statement in afresh for defined in _defined(statement)}
            if spoilt is not None and name == first:
                afresh = [spoilt if _defined(one) & _defined(spoilt) else one for one in afresh]
            _execute(afresh, module)
            sys.modules[module.__name__] = module  # the next one imports this one
    return dataclasses.replace(REAL, **bred)


def _copy_of(name: str) -> ModuleType:
    module = ModuleType(getattr(REAL, name).__name__)
    module.__dict__.update(vars(getattr(REAL, name)))
    return module


def _execute(statements: list[ast.stmt], module: ModuleType) -> None:
    tree = ast.fix_missing_locations(ast.Module(statements, []))
    exec(compile(tree, f"<mutant of {module.__name__}>", "exec"), module.__dict__)


def _using(names: set[str], tree: ast.Module) -> list[ast.stmt]:
    """The statements of a module that define or use these names, and those that use what such a one defines."""
    names, found, more = set(names), set[ast.stmt](), True
    while more:  # a function may use what is defined below it
        wanted = {one for one in tree.body if names & (_defined(one) | _used(one))}
        names |= {defined for statement in wanted for defined in _defined(statement)}
        more, found = wanted != found, wanted
    return [statement for statement in tree.body if statement in found]


@functools.cache
def _tree(module: str) -> ast.Module:
    return ast.parse(Path(str(getattr(REAL, module).__file__)).read_text(encoding="utf-8"))


@functools.cache
def _defined(statement: ast.stmt) -> frozenset[str]:
    """The names a statement gives a meaning; an import gives them none of its own."""
    targets = getattr(statement, "targets", None) or [getattr(statement, "target", statement)]
    found = (getattr(target, "id", None) or getattr(target, "name", None) for target in targets)
    return frozenset(name for name in found if name)


@functools.cache
def _used(statement: ast.stmt) -> frozenset[str]:
    """Every name in it, also as an attribute: rather one too many."""
    return frozenset(
        getattr(node, part)
        for node in ast.walk(statement)
        for kind, part in ((ast.Name, "id"), (ast.Attribute, "attr"), (ast.alias, "name"))
        if isinstance(node, kind)
    )


def _definition(tree: ast.Module, name: str) -> ast.stmt:
    """The function, class or assignment of that name; a LookupError says that `UNDER_PROOF` is out of date."""
    for statement in tree.body:
        if name in _defined(statement):
            return statement
    raise LookupError(name)


def _edits(definition: ast.stmt) -> Iterator[tuple[str, Callable[[], None]]]:
    """Ways to spoil a definition, each with what it does and how; to be done on a fresh tree, one at a time."""
    shown = [n for n in ast.walk(definition) if isinstance(n, ast.Assign) and _name(n) in ONLY_SHOWN]
    types = [getattr(n, name, None) for n in ast.walk(definition) for name in ("annotation", "returns")]
    skipped = {id(inner) for node in (*shown, *types) if node is not None for inner in ast.walk(node)}
    for node in [node for node in ast.walk(definition) if id(node) not in skipped]:
        match node:
            case ast.BoolOp():
                neutral = ast.Constant(isinstance(node.op, ast.And))
                for i, part in enumerate(node.values):
                    yield f"without {_said(part)}", lambda n=node, i=i, c=neutral: n.values.__setitem__(i, c)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                if name in CONDITIONS:
                    for i, part in enumerate(node.args):
                        yield f"without {_said(part)}", lambda n=node, i=i: n.args.pop(i)
                if name in RENAMED:
                    yield f"{RENAMED[name]} in {_said(node)}", lambda n=node, new=RENAMED[name]: _rename(n, new)
            case ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
                yield f"without {_said(node.left)}", lambda n=node: setattr(n, "left", copy.deepcopy(n.right))
                yield f"without {_said(node.right)}", lambda n=node: setattr(n, "right", copy.deepcopy(n.left))
            case ast.Compare(ops=[op]) if type(op) in FLIPPED:
                yield f"turned {_said(node)}", lambda n=node: setattr(n, "ops", [FLIPPED[type(n.ops[0])]()])
            case ast.UnaryOp(op=ast.Not() | ast.Invert()):
                yield f"turned {_said(node)}", lambda n=node: (setattr(n, "op", ast.Not()), _swallow(n))
            case ast.comprehension(ifs=[_]):
                yield f"without if {_said(node.ifs[0])}", lambda n=node: n.ifs.clear()
            case ast.Tuple(ctx=ast.Load()) | ast.List() if _lists_rules(definition, node):
                for i, part in enumerate(node.elts):
                    yield f"without {_said(part)}", lambda n=node, i=i: n.elts.pop(i)


def _lists_rules(definition: ast.stmt, node: ast.Tuple | ast.List) -> bool:
    """A tuple of conditions or rules, or the list of parts of a union: not a row, nor a type."""
    if isinstance(definition, ast.FunctionDef):
        return isinstance(node, ast.List) and len(node.elts) > 2 and all(isinstance(e, ast.Call) for e in node.elts)
    value = getattr(definition, "value", None)
    return node is value or (isinstance(value, ast.Dict) and node in value.values)


def _rename(call: ast.Call, new: str) -> None:
    if isinstance(call.func, ast.Name):
        call.func.id = new
    elif isinstance(call.func, ast.Attribute):
        call.func.attr = new


def _swallow(node: ast.UnaryOp) -> None:
    """`not x` becomes `x`, in place, whatever holds it."""
    operand = node.operand
    node.__class__ = operand.__class__  # type: ignore[assignment]
    node.__dict__.clear()
    node.__dict__.update(operand.__dict__)


def _name(statement: ast.Assign) -> str:
    return ast.unparse(statement.targets[0])


def _said(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) < 90 else text[:87] + "..."
