"""Variational autoencoders: the definitions that their questions begin with."""

LINEAR_CODE = r"""
A variational autoencoder has one latent variable \(z\) and one observed variable \(x\). The prior is
\(p(z) = \mathcal{N}(0, 1)\), the decoder is \(p(x|z) = \mathcal{N}(wz, S)\), and the encoder gives
\(q(z|x) = \mathcal{N}(m, v)\). The second number of each \(\mathcal{N}\) is the variance, and logarithms are natural.
"""
