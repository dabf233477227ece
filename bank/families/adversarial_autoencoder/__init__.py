"""Adversarial autoencoders: the definition that their questions begin with."""

ADVERSARIAL_AUTOENCODER = r"""
In an *adversarial autoencoder* (AAE) an encoder maps each image to a code \(\mathbf{z} \in \mathbb{R}^2\), and a
decoder maps the code back to an image. A discriminator, trained against the encoder, brings the distribution of the
codes close to a prior \(p(\mathbf{z})\). Here the images show the digits 0 to 9, and the prior is a mixture of ten
Gaussians with equal weights and equal shapes.
"""
