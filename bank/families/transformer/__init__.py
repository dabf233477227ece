"""Transformers and LayerNorm: the definition that their questions begin with."""

PRE_LN = r"""
In a Pre-LN Transformer a sub-block \(F_j\), such as the multi-head attention (MHA) or the feed-forward network (FFN),
reads the normalised residual stream \(\mathbf{x}\) and adds its output to the stream itself: \(\mathbf{x} \leftarrow
\mathbf{x} + F_j(\mathrm{LN}(\mathbf{x}))\). The LayerNorm has \(\gamma = 1\) and \(\beta = 0\), and the number of
features is large.
"""
