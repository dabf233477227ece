"""Adversarial autoencoders: the definition that their questions begin with."""

ADVERSARIAL_AUTOENCODER = r"""
In an *adversarial autoencoder* (AAE) an encoder maps each image to a code \(\mathbf{z} \in \mathbb{R}^2\), and a
decoder maps the code back to an image. A discriminator, trained against the encoder, brings the distribution of the
codes close to a prior \(p(\mathbf{z})\). Here the images show the digits 0 to 9, and the prior is a mixture of ten
Gaussians with equal weights and equal shapes.
"""

LABELLED_AUTOENCODER = r"""
In an *adversarial autoencoder* (AAE) an encoder maps each image to a code \(\mathbf{z} \in \mathbb{R}^2\), and a
decoder maps the code back to an image. A discriminator, trained against the encoder, brings the distribution of the
codes close to a prior. Here the images are 2000 synthetic images of ten equally frequent classes, numbered 0 to 9.
The prior is a mixture of ten Gaussians, its *modes*, with equal weights and equal shapes, numbered 0 to 9 as well.

The discriminator also gets a one-hot vector with the label of the image. An image with the label \(c\) is compared with
samples of mode \(c\) alone, an image without a label with samples of all ten modes.
"""
