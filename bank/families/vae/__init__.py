"""The variational autoencoder, its bound, and the two directions of the Kullback-Leibler divergence."""

DISCRETE_KL = r"""
\(p\) is a distribution over <<bins>> bins that is given, and a model \(q\) is to come near it. The Kullback-Leibler
divergence of two such distributions, in nats, is
\[\mathrm{KL}(a \,\|\, b) = \sum_{i=1}^{<<bins>>} a_i \ln \frac{a_i}{b_i}.\] A bin with \(a_i = 0\) adds 0; one with
\(a_i > 0\) and \(b_i = 0\) makes the divergence infinite.
"""
