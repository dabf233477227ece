"""Variational autoencoders: the definitions that their questions begin with."""

ELBO = r"""
A *variational autoencoder* (VAE) has a prior \(p(\mathbf{z})\) of the latent code \(\mathbf{z}\), an encoder
\(q(\mathbf{z}|\mathbf{x})\) and a decoder \(p(\mathbf{x}|\mathbf{z})\). It is trained to maximise
\[\mathcal{L}(\mathbf{x}) = \mathrm{E}_{q(\mathbf{z}|\mathbf{x})}[\log p(\mathbf{x}|\mathbf{z})]
- \mathrm{KL}(q(\mathbf{z}|\mathbf{x}) \,\|\, p(\mathbf{z})).\]
"""

ENCODER_AND_DECODER = r"""
The prior is \(\mathcal{N}(\mathbf{0}, \mathbf{I})\). The encoder is a Gaussian with a diagonal covariance matrix, the
decoder a Gaussian of a fixed variance; the parameters of both are given by neural networks.
"""

BETA_VAE = r"""
A *β-VAE* has the prior \(p(\mathbf{z}) = \mathcal{N}(\mathbf{0}, \mathbf{I})\), a Gaussian encoder
\(q(\mathbf{z}|\mathbf{x})\) with a diagonal covariance matrix, and a Gaussian decoder \(p(\mathbf{x}|\mathbf{z})\) of
the fixed variance \(\sigma^2\). It is trained to maximise
\[\mathcal{L}_\beta(\mathbf{x}) = \mathrm{E}_{q(\mathbf{z}|\mathbf{x})}[\log p(\mathbf{x}|\mathbf{z})]
- \beta\, \mathrm{KL}(q(\mathbf{z}|\mathbf{x}) \,\|\, p(\mathbf{z})), \qquad \beta > 0.\]
"""
