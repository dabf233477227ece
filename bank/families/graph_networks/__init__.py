"""Graph networks: the definition that their questions begin with."""

MESSAGE_PASSING = r"""
In a layer of a graph neural network each node aggregates the feature vectors \(\mathbf{h}_1, \dots, \mathbf{h}_n\) of
its \(n\) neighbours. They come as a list, in whatever order the graph happens to be stored.
"""
