"""The MLP that questions print and the lab trains, and the edits that make it worse or leave it as good.

Families print the program and may not know the lab; the lab runs it and may not know families. So it stands beside both
and loads neither: an edit is a change of the record `Program`, from which the text is printed, and from which the lab
builds its small stacked copies. What is said about an edit in words stands with the family that says it.

Left out are edits that cost too little or too much to be harmless or a defect (docs/decisions/mlp-budget.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

Marked = Callable[..., str]  # a line of print, and the fields that it prints: the line with their comments

INPUTS, CLASSES = 3072, 10
BATCH, STEPS = 64, 40  # of the training loop, which is not printed: as many images as the lab's copies see

LEARNS, BELOW = 0.6, 0.1  # of a figure: accuracy without the edits at least, and how far below it ends with them

WIDTHS = ((48, 24), (64, 32), (96, 48))  # hidden layers of the lab's copies
LARGER = 8  # times wider are those that are printed


@dataclass(frozen=True)
class Program:
    """What an edit can change; as it stands here the program learns well."""

    activation: str = "Tanh"  # of the hidden layers, a module of torch.nn; none where empty
    output: str = ""  # the same after the last layer
    dropout: float = 0.1
    outputs: str = "output_size"  # as the last layer names its size
    init: str = "xavier_normal"
    scale: float = 0.0  # standard deviation where `init` is "normal", the value where it is "constant"
    bias: float = 0.0
    last: str = "log_softmax"
    optimiser: str = "Adam"
    learning_rate: float = 0.003
    betas: tuple[float, float] = (0.9, 0.999)  # Adam
    momentum: float = 0.0  # SGD
    weight_decay: float = 0.0


SGD = {"optimiser": "SGD", "betas": (0.0, 0.0)}  # it has none: their line goes

LAST = {
    "log_softmax": "self.log_softmax(logits)",
    "softmax_first": "self.log_softmax(logits.softmax(dim=-1))",
    "twice": "self.log_softmax(self.log_softmax(logits))",
}
EDITS: Mapping[str, Mapping[str, Any]] = {
    "learning_rate_0.1": {"learning_rate": 0.1},
    "learning_rate_0.2": {"learning_rate": 0.2},
    "learning_rate_0.5": {"learning_rate": 0.5},
    "learning_rate_1": {"learning_rate": 1.0},
    "learning_rate_1e-5": {"learning_rate": 1e-5},
    "learning_rate_1e-6": {"learning_rate": 1e-6},
    "learning_rate_0.004": {"learning_rate": 0.004},
    "tanh_on_logits": {"output": "Tanh"},
    "sigmoid_on_logits": {"output": "Sigmoid"},
    "identity_on_logits": {"output": "Identity"},
    "init_std_0.001": {"init": "normal", "scale": 0.001},
    "init_std_0.003": {"init": "normal", "scale": 0.003},
    "init_std_0.01": {"init": "normal", "scale": 0.01},
    "init_std_by_fans": {"init": "by_fans"},
    "init_std_1": {"init": "normal", "scale": 1.0},
    "weights_zero": {"init": "constant", "scale": 0.0},
    "weights_equal": {"init": "constant", "scale": 0.05},
    "no_hidden_activation": {"activation": ""},
    "sigmoid_hidden": {"activation": "Sigmoid"},
    "relu_kaiming": {"activation": "ReLU", "init": "kaiming_normal"},
    "gelu_kaiming": {"activation": "GELU", "init": "kaiming_normal"},
    "dropout_0.9": {"dropout": 0.9},
    "dropout_0.95": {"dropout": 0.95},
    "dropout_0": {"dropout": 0.0},
    "weight_decay_0.1": {"weight_decay": 0.1},
    "weight_decay_0.3": {"weight_decay": 0.3},
    "weight_decay_1": {"weight_decay": 1.0},
    "weight_decay_1e-5": {"weight_decay": 1e-5},
    "double_softmax": {"last": "softmax_first"},
    "log_softmax_twice": {"last": "twice"},
    "sgd_0.0001": SGD | {"learning_rate": 1e-4},
    "sgd_10": SGD | {"learning_rate": 10.0, "momentum": 0.9},
    "beta1_0.8": {"betas": (0.8, 0.999)},
    "beta2_0.99": {"betas": (0.9, 0.99)},
    "bias_0.01": {"bias": 0.01},
    "outputs_10": {"outputs": str(CLASSES)},
}

HARMLESS = frozenset(  # of the edits those that leave the accuracy as high as it was, or raise it; the others lower it
    {
        "learning_rate_0.004",
        "identity_on_logits",
        "init_std_by_fans",
        "relu_kaiming",
        "gelu_kaiming",
        "dropout_0",
        "weight_decay_1e-5",
        "log_softmax_twice",
        "beta1_0.8",
        "beta2_0.99",
        "bias_0.01",
        "outputs_10",
    }
)
EXAM = ("learning_rate_0.1", "tanh_on_logits", "init_std_0.01")  # the three defects of the exam's own code


def edited(edits: Iterable[str]) -> Program:
    """The program after some edits."""
    changes: dict[str, Any] = {}
    for edit in edits:
        changes |= EDITS[edit]
    return replace(Program(), **changes)


def line(edit: str) -> str:
    """The field by which an edit is told to be of the same sort as another; the first that it changes.

    >>> line("sgd_10"), line("gelu_kaiming")
    ('optimiser', 'activation')
    """
    return next(iter(EDITS[edit]))


def clash(one: str, other: str) -> bool:
    """Whether two edits change a line of print that is the same.

    >>> clash("sgd_10", "beta1_0.8"), clash("sgd_10", "weight_decay_0.1")
    (True, False)
    """
    return bool(EDITS[one].keys() & EDITS[other].keys())


def printed(program: Program, widths: tuple[int, int], marks: Mapping[str, str] | None = None) -> str:
    """The program in PyTorch, with the hidden layers of the lab's copies so many times wider.

    `marks` are comments by the field that an edit has changed: each stands behind the lines that print the field, or
    behind those after which it has left nothing.
    """
    marked = _marked(marks or {})
    return f"{_class(program, widths, marked)}\nmodel = MyMLP()\n{_optimiser(program, marked)}"


def _class(program: Program, widths: tuple[int, int], marked: Marked) -> str:
    layers = "\n".join(marked(f"            {text},", *fields) for text, fields in _layers(program, widths))
    return f"""\
class MyMLP(nn.Module):
    def __init__(self, input_size={INPUTS}, output_size={CLASSES}):
        super().__init__()
        self.layers = nn.Sequential(
{layers}
        )
        self.log_softmax = nn.LogSoftmax(dim=-1)
        self._reset_parameters()

    def _reset_parameters(self):
        for n, p in self.named_parameters():
            if n.endswith("bias"):
{marked(f"                p.data.fill_({number(program.bias)})", "bias")}
            else:
{marked(f"                {_start(program)}", "init", "scale")}

    def forward(self, imgs):
        imgs = imgs.flatten(start_dim=1)
        logits = self.layers(imgs)
{marked(f"        return {LAST[program.last]}", "last")}
"""


def _optimiser(program: Program, marked: Marked) -> str:
    arguments = "\n".join(marked(f"    {text},", *fields) for text, fields in _arguments(program))
    return f"""\
{marked(f"optimizer = torch.optim.{program.optimiser}(", "optimiser")}
    model.parameters(),
{arguments}
)
"""


def marks_of(edits: Sequence[str], comments: Sequence[str]) -> dict[str, str]:
    """
    >>> marks_of(["dropout_0", "gelu_kaiming"], ["(a)", "(b)"])
    {'dropout': '(a)', 'activation': '(b)', 'init': '(b)'}
    """
    return {field: comment for edit, comment in zip(edits, comments, strict=True) for field in EDITS[edit]}


def _marked(marks: Mapping[str, str]) -> Marked:
    """A line with the comments of the fields that it prints."""

    def line_of(text: str, *fields: str) -> str:
        comments = dict.fromkeys(marks[field] for field in fields if field in marks)
        return f"{text}  # {', '.join(comments)}" if comments else text

    return line_of


def _layers(program: Program, widths: tuple[int, int]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each layer, and the fields that it prints."""
    first, second = (LARGER * width for width in widths)
    for inputs, outputs in (("input_size", first), (first, second)):
        yield f"nn.Linear({inputs}, {outputs})", () if program.activation else ("activation",)
        if program.activation:
            yield f"nn.{program.activation}()", ("activation",)
        yield f"nn.Dropout({number(program.dropout)})", ("dropout",)
    yield f"nn.Linear({second}, {program.outputs})", ("outputs",)
    if program.output:
        yield f"nn.{program.output}()", ("output",)


def _start(program: Program) -> str:
    return {
        "xavier_normal": "nn.init.xavier_normal_(p)",
        "kaiming_normal": 'nn.init.kaiming_normal_(p, nonlinearity="relu")',
        "by_fans": "p.data.normal_(std=(2 / sum(p.shape)) ** 0.5)",  # Xavier's, by hand
        "normal": f"p.data.normal_(std={number(program.scale)})",
        "constant": f"p.data.fill_({number(program.scale)})",
    }[program.init]


def _arguments(program: Program) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each argument of the optimiser beside the parameters, and the fields that it prints."""
    yield f"lr={number(program.learning_rate)}", ("learning_rate",)
    if program.optimiser == "Adam":
        beta1, beta2 = map(number, program.betas)
        yield f"betas=({beta1}, {beta2})", ("betas",)
    else:
        yield f"momentum={number(program.momentum)}", ("betas", "momentum")
    yield f"weight_decay={number(program.weight_decay)}", ("weight_decay",)


def is_seen_to_fail(well: float, edited: float) -> bool:
    """Whether a figure looks like what is asked, from the last accuracies without and with all edits.

    >>> is_seen_to_fail(0.85, 0.75), is_seen_to_fail(0.85, 0.8), is_seen_to_fail(0.55, 0.1)
    (True, False, False)
    """
    return well >= LEARNS and edited <= well - BELOW


def number(value: float) -> str:
    """
    >>> number(0.003), number(1e-5), number(10.0)
    ('0.003', '1e-5', '10')
    """
    return f"{value:g}".replace("e-0", "e-")
