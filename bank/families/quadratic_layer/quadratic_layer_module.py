"""Which well-known module a quadratic layer becomes for special parameters."""

from __future__ import annotations

from collections.abc import Iterator

from bank.authoring import Exercise, Lab, Measurement, OneOf, Wrong, param
from bank.families.quadratic_layer import QUADRATIC_LAYER

MODULES = {
    "linear": "a fully connected (linear) layer with bias",
    "linear_no_bias": "a fully connected (linear) layer without bias",
    "logistic": "logistic regression",
    "identity": "the identity, that is, a linear activation",
    "square": "an element-wise square",
    "form": r"a homogeneous quadratic form, that is, a bilinear layer applied to \((\mathbf{x}, \mathbf{x})\)",
    "mean": "the mean over the features (average pooling)",
    "convolution": "a one-dimensional convolution along the features",
    "batchnorm_eval": "a BatchNorm layer in evaluation mode",
    "batchnorm_train": "a BatchNorm layer in training mode",
    "max_pooling": "max pooling over the features",
    "relu": "a ReLU activation",
    "dropout": "dropout during training",
    "softmax": "a softmax",
}
KEYS = {
    "a": "linear",
    "b": "linear_no_bias",
    "c": "logistic",
    "d": "identity",
    "e": "square",
    "f": "form",
    "g": "mean",
    "h": "convolution",
    "i": "batchnorm_eval",
}
SETTINGS = {
    "a": r"\(\lambda = 0\), while all other parameters are free",
    "b": r"\(\lambda = 0\) and all \(c^{(i)} = 0\), while the \(\mathbf{b}^{(i)}\) are free",
    "c": r"\(\lambda = 0\) and \(N = 1\), when the layer is followed by a sigmoid and the other parameters are free",
    "d": r"\(\lambda = 0\), \(N = M\), all \(c^{(i)} = 0\) and \(\mathbf{b}^{(i)} = \mathbf{e}_i\), the \(i\)-th unit "
    "vector",
    "e": r"\(\lambda = 1\), \(N = M\), \(\mathbf{A}^{(i)} = \mathbf{e}_i \mathbf{e}_i^\top\) with the \(i\)-th unit "
    r"vector \(\mathbf{e}_i\), all \(\mathbf{b}^{(i)} = \mathbf{0}\) and all \(c^{(i)} = 0\)",
    "f": r"\(\lambda \ne 0\), all \(\mathbf{b}^{(i)} = \mathbf{0}\) and all \(c^{(i)} = 0\), while the "
    r"\(\mathbf{A}^{(i)}\) are free",
    "g": r"\(\lambda = 0\), all \(c^{(i)} = 0\) and \(\mathbf{b}^{(i)} = \frac{1}{M} (1, \dots, 1)^\top\)",
    "h": r"\(\lambda = 0\) and equal \(c^{(i)}\), when \(\mathbf{b}^{(i)}\) holds the same \(K < M\) weights "
    r"\(w_1, \dots, w_K\) for every \(i\), at the places \(i, \dots, i + K - 1\), and 0 elsewhere",
    "i": r"\(\lambda = 0\), \(N = M\), \(\mathbf{b}^{(i)} = \gamma_i \mathbf{e}_i / \sqrt{\sigma_i^2 + \epsilon}\) and "
    r"\(c^{(i)} = \beta_i - \gamma_i \mu_i / \sqrt{\sigma_i^2 + \epsilon}\), where \(\mu_i\) and \(\sigma_i^2\) are "
    r"fixed numbers and \(\mathbf{e}_i\) is the \(i\)-th unit vector",
}
BECAUSE = {
    r"a": r"What is left is \(y_i = \mathbf{x}^\top \mathbf{b}^{(i)} + c^{(i)}\): the \(\mathbf{b}^{(i)}\) are the "
    r"rows of a weight matrix, the \(c^{(i)}\) its bias.",
    "b": r"What is left is \(y_i = \mathbf{x}^\top \mathbf{b}^{(i)}\), a weight matrix times \(\mathbf{x}\).",
    "c": r"The sigmoid of \(\mathbf{x}^\top \mathbf{b}^{(1)} + c^{(1)}\) is the model of logistic regression.",
    "d": r"\(y_i = \mathbf{x}^\top \mathbf{e}_i = x_i\): the input is returned as it is.",
    "e": r"\(y_i = \mathbf{x}^\top \mathbf{e}_i \mathbf{e}_i^\top \mathbf{x} = x_i^2\).",
    r"f": r"What is left is \(y_i = \lambda \mathbf{x}^\top \mathbf{A}^{(i)} \mathbf{x}\), and \(\lambda\) can be "
    r"absorbed into \(\mathbf{A}^{(i)}\): a bilinear map of \((\mathbf{x}, \mathbf{x})\).",
    "g": r"\(y_i = \frac{1}{M} \sum_j x_j\) for every \(i\).",
    "h": r"\(y_i = \sum_k w_k x_{i+k-1} + c\): one kernel slides along the features, with one bias.",
    "i": r"\(y_i = \gamma_i (x_i - \mu_i) / \sqrt{\sigma_i^2 + \epsilon} + \beta_i\), with stored statistics.",
}
BENDS = {"c": "sigmoid", "e": "square", "f": "square"}  # settings that are not affine, and what their curve is
SPECIFIC = "dghi"  # they are linear layers too: the stem asks for the most specific description
HOLDS_TOO = {("d", "convolution"), ("d", "batchnorm_eval"), ("e", "form"), ("g", "convolution")}  # no mistake there
AGAINST = {  # why a module is wrong: in its own setting, else where the layer is affine, a sigmoid or a square
    ("a", "linear_no_bias"): r"The \(c^{(i)}\) need not be 0: they are a bias.",
    ("b", "linear"): r"All \(c^{(i)}\) are 0: there is no bias.",
    ("a", "convolution"): r"A convolution needs shared, local weights; here every \(\mathbf{b}^{(i)}\) is free.",
    ("b", "convolution"): r"A convolution needs shared, local weights; here every \(\mathbf{b}^{(i)}\) is free.",
    ("i", "convolution"): "A convolution applies the same weights to every feature; here each has a factor of its own.",
    ("c", "softmax"): "A softmax couples several outputs; over a single one it is always 1.",
    ("f", "square"): r"Squares of single inputs need \(\mathbf{A}^{(i)} = \mathbf{e}_i \mathbf{e}_i^\top\); here "
    "products of different inputs appear too.",
    ("sigmoid", "linear"): "A linear layer alone has no sigmoid, so its outputs are no probabilities.",
    ("sigmoid", "linear_no_bias"): "A linear layer alone has no sigmoid, and here the bias is kept.",
    (
        "square",
        "linear",
    ): r"A linear layer is affine in \(\mathbf{x}\); here \(\lambda\) and \(\mathbf{A}^{(i)}\) are not 0.",
    (
        "square",
        "linear_no_bias",
    ): r"A linear layer has no products of inputs; here the quadratic term is all that is left.",
    (
        "affine",
        "batchnorm_eval",
    ): "BatchNorm in evaluation mode scales each feature by itself; here an output depends on several inputs.",
    ("affine", "max_pooling"): "A maximum is not affine in the inputs, as this layer is.",
    ("affine", "relu"): "ReLU bends at 0; this layer is affine.",
    ("affine", "softmax"): "A softmax couples its outputs, which sum to 1; this layer is affine.",
    ("affine", "logistic"): r"Logistic regression ends with a sigmoid; nothing follows here.",
    ("sigmoid", "batchnorm_eval"): "BatchNorm in evaluation mode is affine, and a sigmoid is not.",
    ("sigmoid", "convolution"): "A convolution is affine, and a sigmoid is not.",
    ("sigmoid", "mean"): "A mean is linear and has fixed weights.",
    ("sigmoid", "max_pooling"): "A maximum has no weights and no sigmoid.",
    ("sigmoid", "relu"): "A ReLU is not bounded by 1, and has no weights.",
    ("square", "batchnorm_eval"): "BatchNorm in evaluation mode is affine, and this layer is quadratic.",
    ("square", "convolution"): "A convolution is affine, and this layer is quadratic.",
    ("square", "mean"): "A mean is linear, and this layer is quadratic.",
    ("square", "max_pooling"): "A maximum is piecewise linear, and this layer is quadratic.",
    ("square", "relu"): "ReLU is piecewise linear, and this layer is quadratic.",
    ("square", "softmax"): "A softmax has exponentials and couples its outputs; this layer is quadratic.",
    ("square", "logistic"): "Logistic regression has no products of inputs, and ends with a sigmoid.",
}
ALWAYS = {  # the same in every setting where it is wrong
    "identity": r"A linear activation has no parameters and returns \(\mathbf{x}\) itself.",
    "square": r"Squares of inputs need \(\lambda \ne 0\).",
    "form": r"Products of inputs need \(\lambda \ne 0\).",
    "mean": "A mean gives every input the same weight, and that weight is fixed.",
    r"convolution": r"A convolution slides one kernel along the features; here the \(\mathbf{b}^{(i)}\) are no such "
    "shifts.",
    "batchnorm_train": "In training mode BatchNorm uses statistics of the batch; here each sample is mapped by itself.",
    "dropout": "Dropout is random; this layer gives the same output whenever it gets the same input.",
}


class QuadraticLayerModule(Exercise):
    """The module that a setting of the parameters leaves.

    >>> QuadraticLayerModule(setting="a").solve()
    'a fully connected (linear) layer with bias'
    """

    title = "Quadratic layer: which module is it?"
    source = ("2a",)
    points = 2
    kinds = ("single_choice",)
    tiers = ("numeric",)
    experiment = "the layer compared with fourteen modules at 64 inputs; of those that agree, the one of fewest numbers"

    setting: str = param(OneOf(tuple(KEYS)), "which parameters are special, in the order of the solutions a to i")

    prelude = QUADRATIC_LAYER
    stem = r"""
        What type of module is obtained for <<prescribed>>?
        <% if is_linear_too %>
        Choose the most specific description.
        <% endif %>
    """
    solution = r"""
        <<because>> This is <<answer>>.
    """

    @property
    def prescribed(self) -> str:
        return SETTINGS[self.setting]

    @property
    def because(self) -> str:
        return BECAUSE[self.setting]

    @property
    def is_linear_too(self) -> bool:
        return self.setting in SPECIFIC

    def solve(self) -> str:
        return MODULES[KEYS[self.setting]]

    def distractors(self) -> Iterator[Wrong]:
        group = BENDS.get(self.setting, "affine")
        for name, text in MODULES.items():
            reasons = (AGAINST.get((self.setting, name)), AGAINST.get((group, name)), ALWAYS.get(name))
            why = next((reason for reason in reasons if reason), None)
            if why and name != KEYS[self.setting] and (self.setting, name) not in HOLDS_TOO:
                yield Wrong(text, why)

    def measured(self, lab: Lab) -> Measurement:
        """Let the lab name the module."""
        return Measurement(MODULES[lab.modules.obtained(self.setting)], tolerance=0.0)
